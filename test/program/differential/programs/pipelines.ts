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

export const programs = [
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
      { label: "in another time zone", env: { TZ: "Asia/Tokyo" }, hitsAtLeast: { parse: 30 } },
    ],
  }),
];
