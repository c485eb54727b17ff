/** Calls that are given the result of another call at once: results that nobody needs are not decoded. */
import { program } from "../program.ts";

/** A parser and a renderer whose results are large plain data. */
const LIB = `
  import { burn } from "./burn.mjs";
  export function parse(text) {
    const rows = [];
    for (let i = 0; i < 400; i++) rows.push({ i, text: text + i, odd: i % 2 === 1 });
    rows[0].mark = burn(text.length) % 1000;
    return rows;
  }
  export function render(rows, width) {
    return { width, lines: rows.map(({ i, text }) => text.padStart(width) + i), mark: burn(rows[0].mark) % 1000 };
  }
  export const size = ({ length }) => length;
  export const total = (page) => page.lines.length + page.lines.join("").length + page.mark + (burn(page.width) % 10);
`;

const MAIN = `
  import { parse, render, size, total } from "./lib.mjs";
  for (const text of ["a", "bb"]) {
    const sum = total(render(parse(text), 12));
    console.log(sum, size(parse(text)));
  }
`;

/** The same calls, with a constant for each result. */
const CONSTANTS = `
  import { parse, render, size, total } from "./lib.mjs";
  const run = (text, width) => {
    "no memo";
    const rows = parse(text);
    const page = render(rows, width), sum = total(page);
    return sum;
  };
  const count = (text) => {
    "no memo";
    const rows = parse(text);
    return size(rows);
  };
  for (const text of ["a", "bb"]) console.log(run(text, 12), count(text));
  const rows = parse("top");
  const page = render(rows, 9);
  const last = total(page);
  console.log(last);
`;

export const programs = [
  program("constants that are read once, edited and edited back", {
    files: { "main.mjs": CONSTANTS, "lib.mjs": LIB },
    cold: { hits: { parse: 2 }, misses: { parse: 3, render: 3, total: 3 } },
    warm: { hits: { parse: 5, render: 3, total: 3 } },
    after: [
      { label: "again", hits: { parse: 5, render: 3, total: 3 }, unread: { parse: 3, render: 3, total: 0 } },
      {
        label: "render edited",
        edit: { "lib.mjs": (before) => before.replace("padStart", "padEnd").replace("+ i)", "+ 7 * i)") },
        hits: { parse: 5, render: 0, total: 0 },
        unread: { parse: 0 },
      },
      { label: "render edited, again", hits: { parse: 5, render: 3, total: 3 } },
      { label: "once more", hits: { parse: 5, render: 3, total: 3 }, unread: { parse: 3, render: 3 } },
      {
        label: "edited back, and the last one",
        edit: {
          "lib.mjs": (before) =>
            before.replace("padEnd", "padStart").replace("+ 7 * i", "+ i").replace("=> page", "=> 2 * page"),
        },
        hits: { parse: 5, render: 3, total: 0 },
        unread: { parse: 3, render: 0 },
      },
    ],
  }),

  program("what a constant hands on, and what comes between", {
    files: {
      "data.txt": "one",
      "lib.mjs": LIB,
      "late.mjs": `
        import { early } from "./main.mjs";
        import { parse } from "./lib.mjs";
        export const tries = [];
        const says = (text) => {
          console.log("reading", text);
          return parse(text);
        };
        export function attempt(text) {
          "no memo";
          try {
            const rows = says(text);
            return early(rows);
          } catch (error) {
            return error.name + error.message;
          }
        }
        tries.push(attempt("a"), attempt("b"));
      `,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { readFileSync } from "node:fs";
        import { parse, render, size, total } from "./lib.mjs";
        import { attempt, tries } from "./late.mjs";
        export const early = (rows) => rows.length + burn(1);
        let mode = "x";
        const kept = [];
        const changes = (rows) => {
          rows[0].i = burn(rows.length) % 100;
          rows.push("new");
          return rows;
        };
        const same = (rows) => (burn(rows.length) ? rows : null);
        const keeps = (rows) => {
          kept.push(rows);
          return burn(rows.length);
        };
        const throws = (rows, at) => {
          if (burn(at) !== 1) throw new Error("bad " + rows.length);
          return rows;
        };
        const shifts = (text) => {
          mode = text + burn(1);
          return parse(text);
        };
        const byMode = (rows, more) => [mode, more, burn(rows.length)];
        const prints = (rows) => {
          console.log("printing", rows.length);
          return parse("p" + rows.length);
        };
        const pairs = (a, rows, b) => [a === b, a === rows, burn(rows.length)];
        const words = (text, n) => (text + " ").repeat(3000 + (burn(n) % 2));
        const shout = (text, mark) => text.toUpperCase() + mark + burn(text.length);
        const loads = (file) => parse(readFileSync(file, "utf8") + burn(1));
        let again = 0;
        function nested(n, text) {
          "no memo";
          const rows = n > 0 ? parse(nested(n - 1, text)) : parse(text);
          const sum = size(rows);
          return String(sum + rows.length);
        }
        function recursive(n) {
          "no memo";
          const page = inner(n, "r");
          const sum = total(page);
          return sum;
        }
        function inner(n, text) {
          if (n > 0) recursive(n - 1);
          const rows = parse(text + n);
          const page = render(rows, n + 3);
          return page;
        }
        class Holder {
          static made;
          static {
            const rows = parse("static");
            const page = render(rows, 4);
            this.made = page.lines[1];
          }
          #sum;
          constructor(text) {
            const rows = parse(text);
            this.#sum = size(rows);
            const more = parse(text), count = early(more);
            this.count = count;
          }
          get sum() {
            return this.#sum;
          }
        }
        function* yields(text) {
          const rows = parse(text);
          const page = render(rows, 5);
          yield page.lines[0];
          const other = parse(text);
          yield total(render(other, 6));
        }
        async function waits(text) {
          const rows = parse(text);
          const page = render(rows, 7);
          await null;
          const other = parse(text);
          const sum = early(other);
          return [page.lines[1], sum];
        }
        async function run(text, shared) {
          "no memo";
          const told = [];
          const tell = (...all) => told.push(JSON.stringify(all));
          {
            const rows = parse(text);
            const changed = changes(rows);
            tell(changed.length, changed[0].i, parse(text)[0].i);
          }
          {
            const rows = parse(text);
            const one = same(rows);
            one[0].i = "mine";
            const others = parse(text);
            const two = same(others);
            tell(one === two, one[0].i, two[0].i);
          }
          {
            const rows = parse(text);
            const sum = keeps(rows);
            tell(sum, kept.length, kept[0] === kept.at(-1));
          }
          try {
            const rows = parse(text);
            const other = throws(rows, 5);
            tell(other);
          } catch (error) {
            tell(error.message);
          }
          {
            const rows = shifts(text);
            const found = byMode(rows, mode);
            tell(found);
          }
          {
            mode = "y";
            const rows = parse(text);
            const found = byMode(rows, mode);
            tell(found);
          }
          {
            const rows = prints(parse(text));
            const sum = prints(rows);
            tell(sum.length);
          }
          {
            const rows = parse(text);
            const one = pairs(shared, rows, shared);
            const more = parse(text);
            const two = pairs(shared, more, null);
            tell(one, two);
          }
          {
            const long = words(text, 1);
            const loud = shout(long, "!");
            const louder = shout(loud, text);
            tell(louder.length, louder.slice(-40));
          }
          {
            const rows = loads("data.txt");
            const page = render(rows, 11);
            const sum = \`\${total(page)} in all\`;
            tell(sum);
          }
          for (const n of [1, 2]) {
            const rows = parse(text);
            const page = render(rows, n);
            if (n === 1) continue;
            tell(page.lines[n]);
          }
          const holder = new Holder(text);
          tell(holder.sum, holder.count, Holder.made);
          tell([...yields(text)], await waits(text), recursive(2), nested(1, text));
          {
            const rows = parse(text), page = render(rows, 3), one = { sum: total(page) };
            tell(one);
          }
          tell(attempt(text), tries);
          return told.join("\\n");
        }
        for (const text of ["a", "b", "a"]) console.log(await run(text, kept));
        console.log(String(run) === run.toString(), run.toString().length, Holder.toString().length, inner.toString());
      `,
    },
    cold: { hitsAtLeast: { parse: 20 } },
    warm: { hits: { total: 12 }, hitsAtLeast: { parse: 40, render: 10 } },
    after: [
      { label: "again", hitsAtLeast: { parse: 40, render: 10, total: 12 }, unread: { parse: 27, words: 3, loads: 3 } },
      { label: "another file", edit: { "data.txt": "two" }, hitsAtLeast: { parse: 40 } },
      { label: "the first file", edit: { "data.txt": "one" }, hitsAtLeast: { parse: 40 } },
      {
        label: "all but the first calls edited",
        edit: { "main.mjs": (before) => before.replaceAll("burn(rows.length)", "burn(1 + rows.length)") },
        hitsAtLeast: { parse: 30 },
      },
      { label: "and once more", hitsAtLeast: { parse: 40 } },
      { label: "in another time zone", env: { TZ: "Asia/Tokyo" }, hitsAtLeast: { parse: 20 } },
    ],
  }),

  program("three calls deep, edited and edited back", {
    files: { "main.mjs": MAIN, "lib.mjs": LIB },
    cold: { hits: { parse: 2 }, misses: { parse: 2, render: 2, total: 2 } },
    warm: { hits: { parse: 4, render: 2, total: 2 } },
    after: [
      { label: "again", hits: { parse: 4, render: 2, total: 2 }, unread: { parse: 2, render: 2, total: 0 } },
      {
        label: "render edited",
        edit: { "lib.mjs": (before) => before.replace("padStart", "padEnd").replace("+ i)", "+ 7 * i)") },
        hits: { parse: 4, render: 0, total: 0 },
        unread: { parse: 0 },
      },
      { label: "render edited, again", hits: { parse: 4, render: 2, total: 2 }, unread: { parse: 2, render: 0 } },
      { label: "once more", hits: { parse: 4, render: 2, total: 2 }, unread: { parse: 2, render: 2 } },
      {
        label: "edited back, and the last one",
        edit: {
          "lib.mjs": (before) =>
            before.replace("padEnd", "padStart").replace("+ 7 * i", "+ i").replace("=> page", "=> 2 * page"),
        },
        hits: { parse: 4, render: 2, total: 0 },
        unread: { parse: 2, render: 0 },
      },
      {
        label: "parse edited so that it returns the same",
        edit: { "lib.mjs": (before) => before.replace("i < 400", "i < 2 * 200") },
        hits: { parse: 2, render: 2, total: 2 },
      },
      { label: "the same results as before", hits: { parse: 4, render: 2, total: 2 }, unread: { parse: 2 } },
    ],
  }),

  program("what is done with results that are handed on", {
    files: {
      "data.txt": "one",
      "config.txt": "wide",
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { readFileSync } from "node:fs";
        import { parse, render, size } from "./lib.mjs";
        let mode = "x";
        const kept = [];
        class Page {
          constructor(rows) {
            this.rows = rows.map(({ text }) => text);
            this.sum = burn(rows.length);
          }
          first() {
            return this.rows[0];
          }
        }
        const changes = (rows) => {
          rows[0].i = burn(rows.length) % 100;
          rows.push("new");
          return rows.length;
        };
        const returns = (rows) => (burn(rows.length) ? rows : null);
        const picks = (rows, n) => [burn(n), rows[n], rows[n]];
        const keeps = (rows) => {
          kept.push(rows);
          return burn(rows.length);
        };
        const throws = (rows) => {
          if (burn(rows.length) !== 1) throw new Error("bad " + rows.length);
          return rows;
        };
        const reads = (rows) => readFileSync("config.txt", "utf8") + burn(rows.length);
        const prints = (rows) => {
          console.log("printing", rows.length);
          return burn(rows.length);
        };
        const byMode = (rows) => mode + burn(rows.length);
        const makes = (rows) => new Page(rows);
        const pairs = (a, rows, b) => [a === b, a === rows, burn(rows.length)];
        const tags = (page) => [page instanceof Page, page.first(), burn(page.rows.length)];
        const two = (rows, more) => [more, burn(rows.length)];
        function says(text) {
          console.log("parsing", text);
          return parse(text + burn(1));
        }
        const keepsText = (rows, n) => rows.map(({ text }) => text.repeat(n) + burn(n)).join();
        const config = { mode: "first" };
        const wraps = (text) => ({ config, rows: parse(text), mark: burn(text.length) });
        const unwraps = (wrapped) => wrapped.config.mode + burn(wrapped.rows.length);
        const flat = (n) => Array.from({ length: 3000 }, (_, i) => i * n + (burn(n) % 7));
        const chooses = (list, one, two, isFirst) => (burn(list.length) > 0 && isFirst ? one : two);
        function loads(file, text) {
          const rows = parse(readFileSync(file, "utf8") + text);
          return rows.concat({ i: burn(rows.length), text: file });
        }
        function cyclic(text) {
          const rows = parse(text).slice();
          rows.push(rows, new Map([[burn(rows.length), new Date(0)]]));
          return rows;
        }
        const dates = (rows) => [...rows.at(-1)].join() + rows[401][400] + burn(rows.length);
        function around(text) {
          const page = render(loads("data.txt", text), 9);
          return page.lines.length + reads(parse(text)) + page.lines[0];
        }
        function run(text, shared) {
          "no memo";
          const told = [];
          const tell = (...all) => told.push(JSON.stringify(all));
          tell(changes(parse(text)), changes(parse(text)));
          const same = returns(parse(text));
          same[0].i = "mine";
          const again = returns(parse(text));
          tell(same === again, again[0].i, same[0].i);
          const [, one, other] = picks(parse(text), 3);
          tell(one === other, one);
          tell(keeps(parse(text)), kept.length, kept[0] === kept.at(-1));
          try {
            tell(throws(parse(text)));
          } catch (error) {
            tell(error.message);
          }
          tell(reads(parse(text)), reads(loads("data.txt", text)));
          tell(prints(parse(text)));
          tell(prints(says(text)));
          const width = 20;
          const page = render(says(text), width);
          tell(page.lines[1]);
          mode = "y" + text;
          tell(byMode(parse(text)));
          mode = "z";
          const sum = \`\${byMode(parse(text))} and \${1 + byMode(parse(text))}\`;
          tell(sum, { sum: byMode(parse(text)) }.sum);
          tell(makes(parse(text)) instanceof Page, tags(makes(parse(text))));
          tell(pairs(shared, parse(text), shared), pairs(shared, parse(text), null), pairs(1, parse(text), 1));
          tell(two(parse(text)), two(parse(text), -1, 7), two(parse(text), "(" ));
          tell(dates(cyclic(text)));
          const before = unwraps(wraps(text));
          config.mode = "second " + text;
          const after = unwraps(wraps(text));
          config.mode = "first";
          tell(before, after);
          const left = { n: 1 };
          const right = { n: 2 };
          tell(chooses(flat(3), left, right, true) === left, chooses(flat(3), left, right, false) === right);
          tell(size(says(text)), size(says(text)), size(keepsText(parse(text), 7)), size(keepsText(parse(text), 7)));
          tell(around(text));
          tell([1, 2].map((n) => picks(parse(text), n)).length);
          return told.join("\\n");
        }
        for (const text of ["a", "b", "a"]) console.log(run(text, kept));
        console.log(String(run) === run.toString(), run.toString().length, picks.toString());
      `,
      "lib.mjs": LIB,
    },
    cold: { hitsAtLeast: { parse: 20 } },
    warm: { hits: { picks: 9 }, hitsAtLeast: { parse: 20, reads: 3 } },
    after: [
      { label: "again", hitsAtLeast: { parse: 40, picks: 4, byMode: 6, tags: 2, dates: 2 } },
      { label: "another file", edit: { "data.txt": "two" }, hitsAtLeast: { parse: 30 } },
      { label: "the first file", edit: { "data.txt": "one" }, hitsAtLeast: { parse: 30, reads: 3 } },
      {
        // Each call is given what it is recorded with.
        label: "all but the first calls edited",
        edit: { "main.mjs": (before) => before.replaceAll("burn(rows.length)", "burn(1 + rows.length)") },
        hitsAtLeast: { parse: 30 },
      },
      { label: "another configuration", edit: { "config.txt": "narrow" }, hitsAtLeast: { parse: 30 } },
      { label: "in another time zone", env: { TZ: "Asia/Tokyo" }, hitsAtLeast: { parse: 20 } },
    ],
  }),

  program("what is read before the calls, and what may not come early", {
    files: {
      "lib.mjs": `
        import { burn } from "./burn.mjs";
        ${LIB.replace(/^ *import .*$/m, "")}
        export const prints = (rows) => {
          console.log("printing", rows.length);
          return burn(rows.length) % 1000;
        };
      `,
      "early.mjs": `
        import { inspect } from "node:util";
        import { LABEL, Page } from "./main.mjs";
        import { parse, prints } from "./lib.mjs";
        const labels = (text) => {
          "no memo";
          const rows = parse(text);
          return LABEL + prints(rows);
        };
        const makes = (text) => {
          "no memo";
          const rows = parse(text);
          return new Page(prints(rows));
        };
        const shows = (text) => {
          "no memo";
          const rows = parse(text);
          const shown = inspect(LABEL, prints(rows));
          return shown;
        };
        export function tryAll(text) {
          "no memo";
          for (const one of [labels, makes, shows]) {
            try {
              console.log(one(text));
            } catch (error) {
              console.log(error.message);
            }
          }
        }
        tryAll("a");
        tryAll("a");
      `,
      "main.mjs": `
        import { inspect } from "node:util";
        import { burn } from "./burn.mjs";
        import { tryAll } from "./early.mjs";
        import { parse, prints } from "./lib.mjs";
        export let LABEL = "label";
        export class Page {
          constructor(mark) {
            this.mark = mark;
          }
        }
        let count = 0;
        let mode = "first";
        const one = (n, rows, m) => ["one", n, m, rows.length, burn(n)];
        const another = (n, rows, m) => ["another", n, m, rows.length, burn(n + 1)];
        let second = one;
        const counts = (text) => {
          count += text.length + (burn(text.length) % 7);
          return parse(text);
        };
        const replaces = (text) => {
          second = another;
          mode = text + (burn(text.length) % 7);
          return parse(text);
        };
        const takes = (n, rows, m) => [n, m, rows.length, burn(n)];
        const byMode = (rows) => mode + rows.length + burn(3);
        const says = (text) => {
          console.log("saying", text);
          return parse(text);
        };
        const pairs = (rows, other) => [rows.length, other, burn(1)];
        Object.defineProperty(globalThis, "shared", {
          get() {
            mode = "second";
            return "got ";
          },
          set(value) {
            console.log("set", value);
          },
        });
        function unless(text, found) {
          "no memo";
          const rows = parse(text);
          found ||= inspect(prints(rows));
          return found;
        }
        function adds(text) {
          "no memo";
          mode = "first";
          const rows = parse(text);
          globalThis.had = byMode(rows);
          mode = "first";
          const others = parse(text);
          shared += inspect(byMode(others));
          return globalThis.had;
        }
        function loops(text) {
          "no memo";
          try {
            for (const one of Object(pairs(says(text), one))) console.log(one);
          } catch (error) {
            return error.message;
          }
        }
        function run(text) {
          "no memo";
          console.log(takes(count, counts(text), count), takes(count, counts(text)));
          second = one;
          console.log(second(1, replaces(text), mode), mode);
          console.log(unless(text, "there"), unless(text, ""), adds(text), loops(text));
          tryAll(text);
        }
        for (const text of ["a", "b", "a"]) run(text);
      `,
    },
    warm: { hits: { counts: 6, replaces: 3, byMode: 6, says: 3 }, hitsAtLeast: { parse: 20, prints: 12 } },
    after: [
      { label: "again", hits: { counts: 6, replaces: 3, byMode: 6, says: 3 }, hitsAtLeast: { parse: 20, prints: 12 } },
      {
        label: "all but the first calls edited",
        edit: { "main.mjs": (before) => before.replaceAll("burn(n)", "burn(n + 2)") },
        hitsAtLeast: { parse: 20, prints: 12 },
      },
    ],
  }),
];
