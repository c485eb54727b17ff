/** Classes that say themselves how their instances are stored. Expects dist/ to be built. */
import { test } from "node:test";
import { checkLibrary } from "../support/library-project.ts";

const CLASSES = `
let opened = 0;
export class Handle {
  #n;
  constructor(n) { this.#n = n; }
  get value() { return this.#n * 2; }
  [Symbol.for("dumbo.freeze")]() { return { n: this.#n }; }
  static [Symbol.for("dumbo.thaw")]({ n }) { return new this(n); }
}
export class Sub extends Handle {}
export class Keyed extends Handle { [Symbol.for("dumbo.key")]() { return this.value; } }
/** It has half of the hooks. */
export class Half { #n = 1; get value() { return this.#n; } [Symbol.for("dumbo.freeze")]() { return 1; } }
export class Broken extends Handle {
  static [Symbol.for("dumbo.thaw")]() { throw new Error("cannot be thawed"); }
}
export class Stubborn extends Handle {
  [Symbol.for("dumbo.freeze")]() { throw new Error("cannot be frozen"); }
}
/** Of each call, another one: whoever compares what thaw makes with what there was sees it. */
export class Counted extends Handle {
  [Symbol.for("dumbo.freeze")]() { opened++; return super[Symbol.for("dumbo.freeze")](); }
}
`;

test("library: classes with freeze and thaw", () => {
  checkLibrary({
    files: {
      "classes.mjs": CLASSES,
      "main.mjs": `
        import { memo, missing } from "dumbo";
        import { Broken, Counted, Half, Keyed, Handle, Stubborn, Sub } from "./classes.mjs";
        const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        const one = memo(function one(n) { return new Handle(n); });
        const [a, b] = [one(3), one(3)];
        console.log(a.value, b.value, a === b, a.constructor === b.constructor, b instanceof Handle);
        const object = memo(function object(n) { const made = new Sub(n); return { made, again: made, list: [n] }; });
        for (let run = 0; run < 2; run++) { const { made, again, list } = object(1); console.log(made instanceof Sub, made === again, made.value, list); list.push(2); }
        const others = memo(function others(n) { return [[new Handle(n), n, , ].length, new Map([[new Handle(n), n]]), new Set([new Handle(n), new Sub(n)])].slice(n); });
        for (let run = 0; run < 2; run++) for (const n of [1, 2]) console.log(others(n).length);
        const map = memo(function map(n) { return new Map([["x", new Handle(n)]]); });
        const set = memo(function set(n) { return new Set([n, new Handle(n)]); });
        const list = memo(function list(n) { return [n, new Handle(n), "text"]; });
        for (let run = 0; run < 2; run++) console.log(map(1).get("x").value, [...set(1)][1].value, list(1).map((one) => one.value ?? one));
        const later = memo(async function later(n) { await null; return { made: new Handle(n) }; });
        for (let run = 0; run < 2; run++) { console.log((await later(1)).made.value); await turn(); }
        const errors = memo(function errors(n) { if (n > 1) throw new Handle(n); return new Handle(n); }, { cacheErrors: () => true, keep: (one) => one.value > 0 });
        for (let run = 0; run < 2; run++) { console.log(errors(1).value); try { errors(2); } catch (error) { console.log(error.value); } }
        const half = memo(function half() { return new Half(); });
        const broken = memo(function broken(n) { return new Broken(n); });
        const stubborn = memo(function stubborn(n) { return new Stubborn(n); });
        const counted = memo(function counted(n) { return new Counted(n); });
        const foreign = memo(function foreign(make) { return make(); }, { key: () => 1 });
        class Local extends Handle {}
        for (let run = 0; run < 2; run++) console.log(half().value, broken(4).value, stubborn(5).value, counted(6).value, foreign(() => new Local(7)).value);
        const outer = memo(function outer(n) { return one(n).value; });
        console.log(outer(3), outer(3));
        const fake = memo(function fake() { return { [Symbol.for("dumbo.frozen")]: "result", held: [1] }; });
        console.log(fake(), fake());
        const passes = memo(function passes(handle) { return [handle]; });
        const handle = new Keyed(1);
        for (let run = 0; run < 2; run++) console.log(passes(handle)[0] === handle);
        let kept;
        const first = memo(function first(n) { return new Handle(n); }, { keep: (made) => { kept = made; return true; } });
        console.log(first.refresh(8) === kept || kept === undefined);
        const peeked = one.peek(3);
        console.log(peeked === missing || peeked.value === 6);
      `,
    },
    cold: {
      one: 3,
      passes: 0,
      object: 1,
      map: 1,
      set: 1,
      list: 1,
      later: 1,
      half: 0,
      stubborn: 0,
      counted: 0,
      foreign: 0,
      fake: 0,
    },
    warm: {
      one: 4,
      passes: 0,
      object: 2,
      map: 2,
      set: 2,
      list: 2,
      later: 2,
      half: 0,
      stubborn: 0,
      counted: 0,
      foreign: 0,
      fake: 0,
    },
    after: {
      files: { "classes.mjs": CLASSES.replace("return new this(n)", "return new this(n + 0)") },
      hits: { one: 3, map: 1 },
    },
  });
});
