/** Calls of async functions that overlap: each gets a value, an error and a place in the order of its own. */
import { program } from "../program.ts";

export const programs = [
  program("two calls with one key at a time", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function work(n) {
          await null;
          return { n, list: [burn(n) % 1000] };
        }
        await work(0);
        const [one, two, three] = await Promise.all([work(1), work(1), work(1)]);
        one.list.push("changed");
        console.log(one, two, three, two === three, two.list === three.list);
        const [four, five] = await Promise.all([work(1), work(2)]);
        console.log(four, five);
      `,
    },
    cold: { misses: { work: 5 }, hits: { work: 1 } },
    warm: { misses: { work: 0 }, hits: { work: 6 } },
  }),

  program("the order in which calls with one key come back", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function work(n) {
          await null;
          return burn(n) % 1000;
        }
        const order = [];
        const note = (name) => (value) => order.push(name + value);
        await work(0);
        await Promise.all([1, 2, 3, 4].map((i) => work(1).then(note(i + ": "))));
        console.log(order);
      `,
    },
    cold: { misses: { work: 5 }, hits: { work: 0 } },
    warm: { misses: { work: 0 }, hits: { work: 5 } },
  }),

  program("two calls with one key that throw", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function early(n) {
          if (burn(n) >= 0) throw new Error("early " + n);
          return 1;
        }
        async function later(n) {
          await null;
          if (burn(n) >= 0) throw new Error("later " + n);
          return 1;
        }
        for (const work of [early, later]) {
          const [one, two] = await Promise.allSettled([work(1), work(1)]);
          console.log(one.reason.message, two.reason.message, one.reason === two.reason);
        }
        for (const { reason } of await Promise.allSettled([early(2), early(2)])) console.log(reason.stack);
      `,
    },
    refuses: { early: /throws/, later: /throws/ },
  }),

  program("two calls with one key whose value cannot be kept", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let made = 0;
        async function work(n) {
          await null;
          return { n: burn(n) % 1000, again: () => n };
        }
        const [one, two] = await Promise.all([work(1), work(1)]);
        console.log(one, two, one === two, one.again === two.again, two.again(), made);
      `,
    },
    refuses: { work: /function/ },
  }),

  program("a call that waits for itself by way of another", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function odd(n) {
          await null;
          return n === 0 ? false : even(n - 1);
        }
        async function even(n) {
          await null;
          return n === 0 ? burn(1) >= 0 : odd(n - 1);
        }
        console.log(await Promise.all([even(4), odd(4), even(3), odd(3), even(4)]));
      `,
    },
    cold: { hits: { even: 1 } },
    warm: { misses: { even: 0, odd: 0 }, hits: { even: 3, odd: 2 } },
  }),

  program("two calls with one key and a state that is written", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let scale = 1;
        async function work(n) {
          const now = scale;
          await null;
          return (burn(n) % 1000) * now;
        }
        const one = work(1);
        const two = work(1);
        scale = 2;
        const three = work(1);
        console.log(await Promise.all([one, two, three]));
      `,
    },
    refuses: { work: /state/ },
  }),

  program("an async function that recurses with its own arguments", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function work(n, depth = 3) {
          await null;
          const inner = depth > 0 ? await work(n, depth - 1) : 0;
          return inner + (burn(n) % 10);
        }
        await work(1, 0);
        console.log(await Promise.all([work(2), work(2), work(2, 2)]));
      `,
    },
    cold: { misses: { work: 12 }, hits: { work: 0 } },
    warm: { misses: { work: 0 }, hits: { work: 4 } },
  }),

  program("generators and streams of values", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function* numbers(n) {
          for (let i = 0; i < n; i++) yield (await part(i)).sum;
        }
        async function part(i) {
          await null;
          return { sum: burn(i) % 1000 };
        }
        async function total(n) {
          let sum = 0;
          for await (const value of numbers(n)) sum += value;
          return sum;
        }
        console.log(await Promise.all([total(3), total(3), total(2)]));
        const iterator = numbers(2);
        console.log(await iterator.next(), await iterator.return("early"), await iterator.next());
      `,
    },
    warm: { hits: { total: 3 } },
    refuses: { numbers: /generator/ },
  }),

  program("Promise.race, any and allSettled over memoized calls", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function work(n) {
          for (let i = 0; i < n; i++) await null;
          if (n === 5) throw new RangeError("five");
          return burn(n) % 1000;
        }
        console.log(await Promise.allSettled([work(1), work(5), work(1)]).then((all) => all.map(({ status }) => status)));
        console.log(await Promise.any([work(5), work(2)]));
        console.log(await Promise.race([work(3), new Promise(() => {})]));
      `,
    },
    warm: { hits: { work: 4 } },
  }),

  program("how many turns of the microtask queue a call takes", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function none(n) { return burn(n) % 10; }
        async function one(n) { await null; return burn(n) % 10; }
        async function two(n) { await null; await null; return burn(n) % 10; }
        async function nested(n) { return (await two(n)) + (await one(n)); }
        async function handed(n) { return two(n); }
        async function all(n) { const list = await Promise.all([one(n), two(n)]); return list.join(); }
        async function many(n) { for (let i = 0; i < 50; i++) await null; return burn(n) % 10; }
        async function ticks(promise) {
          let count = 0;
          let isOver = false;
          const counting = (async () => { while (!isOver) { await null; count++; } })();
          await promise;
          isOver = true;
          await counting;
          return count;
        }
        const functions = [none, one, two, nested, handed, all, many];
        for (const fn of functions) await fn(1);
        for (const fn of functions) console.log(fn.name, await ticks(fn(1)));
        const order = [];
        await Promise.all(functions.reverse().map((fn) => fn(1).then(() => order.push(fn.name))));
        console.log(order, await Promise.race([one(1), Promise.resolve("first")]), await Promise.race([many(1), two(1)]));
      `,
    },
    warm: { hits: { none: 3, one: 4, two: 4, nested: 3, handed: 3, all: 3, many: 4 } },
  }),
];
