/** What becomes of the present time that code reads. A line with "here" in a comment is one on which the clock was read. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clockUses } from "../../loader/analyse/clock-uses.ts";

const HERE = "/* here */";
/** Stands on lines of which is known that one date was made there, and nothing else. */
const MADE = "/* here */ // made";

function usesOf(text: string, mayCompare = true, isAllTold = true): readonly string[] | null {
  const lines = text.split("\n").flatMap((line, index) => (line.includes(HERE) ? [index + 1] : []));
  const made = new Set(lines.filter((line) => text.split("\n")[line - 1]?.includes(MADE)));
  const found = clockUses(text, new Set(lines), { mayCompare, isAllTold, made });
  return found && [...found].sort();
}

describe("the time goes nowhere", () => {
  const contained: Record<string, string> = {
    "a statement": "Date.now(); /* here */",
    "a variable that nobody reads": "function f() { const start = Date.now(); /* here */ }",
    "a difference that nobody reads": `function f() {
      var start = new Date().getTime(); /* here */
      var took = new Date().getTime() - start; /* here */
      // console.log(took)
    }`,
    "a variable that is assigned later": `function f() {
      let start;
      start = +new Date(); /* here */
      const took = performance.now() - start; /* here */
    }`,
    "dates that are set before they are used": `const t0 = new Date, t1 = new Date; /* here */
      exports.count = (start, end) => { t0.setTime(+start), t1.setTime(+end); floor(t0); return t1 - t0; };
      exports.field = function (date) { if (!date) return; t0.setTime(date); return t0.getDay(); };`,
    "a parameter that nobody reads": `function told(name, start) { return name; }
      exports.f = () => told("a", Date.now()); /* here */`,
    "a date that is an example of its kind": `var Op = Object.prototype; var toText = Op.toString;
      function define(name, example) {
        var kind = toText.call(example), isObject = typeof example === "object" && {}.toString.call(example) === kind;
        if (example && typeof example.constructor === "function") makers.push(example.constructor, example instanceof Date);
        return example ? kind : isObject;
      }
      exports.isDate = define("Date", new Date()); /* here */`,
    "a parameter that is only told by a call that was never made": `function told(options, start, data) {
        if (options.debug) console.error("%d ms", Date.now() - start);
        return data;
      }
      exports.f = (options, data) => told(options, Date.now(), data); /* here */`,
    "a test of how often it is called": `const SPAN = 16, COUNT = 800, now = Date.now;
      function shortOut(func) {
        var count = 0, last = 0;
        return function () {
          var stamp = now(), remaining = SPAN - (stamp - last); /* here */
          last = stamp;
          if (remaining > 0) { if (++count >= COUNT) return arguments[0]; } else count = 0;
          return func.apply(undefined, arguments);
        };
      }`,
    "a test within others": `let last = 0;
      function f(a) {
        const now = performance.now(); /* here */
        while (a && !(now - last < 5)) { last = now; }
      }`,
  };
  for (const [name, text] of Object.entries(contained)) {
    test(name, () => assert.deepEqual(usesOf(text), []));
  }
});

describe("parts of the date count", () => {
  const parts: Record<string, [text: string, parts: readonly string[]]> = {
    "of a date that is made for it": ["exports.year = new Date().getFullYear(); /* here */", ["getFullYear"]],
    "of a date in a variable": [
      `function f(past) {
        var now = new Date(); /* here */
        return (now.getFullYear() - past.getFullYear()) * 12 + now.getMonth() - past.getMonth();
      }`,
      ["getFullYear", "getMonth"],
    ],
    "of a text that is cut": [
      `exports.day = new Date().toISOString().slice(0, 10); /* here */
      const month = new Date().toISOString().substring(0, 7), day = new Date().toISOString().split("T")[0]; /* here */
      const now = new Date(), [first] = now.toISOString().split("T"); /* here */`,
      ["toISOString [[],10]", "toISOString [[],7]"],
    ],
    "of a text of the day": [
      `exports.day = new Date().toDateString(); /* here */
      const s = \`\${new Date().toLocaleDateString("en", { year: "numeric", month: "long", hour12: false })}\`; /* here */`,
      ["toDateString [[],null]", `toLocaleDateString [["en",{"year":"numeric","month":"long","hour12":false}],null]`],
    ],
    "beside methods that are given nothing": [
      "exports.f = (a) => ({ day: new Date().getDate(), all: [...a.values()] }); /* here */ // made",
      ["getDate"],
    ],
  };
  for (const [name, [text, found]] of Object.entries(parts)) {
    test(name, () => {
      assert.deepEqual(usesOf(text), found);
      assert.deepEqual(usesOf(text, false), found);
    });
  }
});

describe("the time may go elsewhere", () => {
  const lost: Record<string, string> = {
    "a date that one function does not set": `const t = new Date; /* here */
      exports.f = (a) => { t.setTime(a); return +t; }; exports.g = () => +t;`,
    "a date that is set on a condition":
      "const t = new Date; /* here */ exports.f = (a) => { if (a) t.setTime(a); return +t; };",
    "a date that is set later":
      "const t = new Date; /* here */ exports.f = (a) => { const b = +t; t.setTime(a); return b; };",
    "a date that is set to what it was":
      "const t = new Date; /* here */ exports.f = (a) => { t.setTime(t.getTime() + a); return +t; };",
    "a date of which a part is set": "const t = new Date; /* here */ exports.f = (a) => { t.setDate(a); return +t; };",
    "a date that is a default":
      "const t = new Date; /* here */ exports.f = (a, b = +t) => { t.setTime(a); return b; };",
    "a date that a function inside uses first": `const t = new Date; /* here */
      exports.f = (a) => { const g = () => +t; const b = g(); t.setTime(a); return b; };`,
    "a date that the module uses":
      "const t = new Date; /* here */ exports.f = (a) => { t.setTime(a); return +t; }; exports.b = +t;",
    "a date that is set where it is handed on": "const t = new Date; /* here */ exports.f = (a) => g(t.setTime(a), t);",
    "a date that may not be there": "exports.f = () => new Date() || 1; /* here */",
    "a number that may be none": "exports.f = () => Date.now() && 1; /* here */",
    "a date made by the maker of another": "const d = new Date(); /* here */\nexports.f = () => d.constructor();",
    "a date that another text is made of":
      "const toText = Date.prototype.toString; const d = new Date(); /* here */\nexports.f = () => toText.call(d);",
    "a date that a text is made of, as another one's argument":
      "const d = new Date(); /* here */\nexports.f = (a) => ({}).toString.call(a, d);",
    "a date of an object with a text of its own":
      "const d = new Date(); /* here */\nexports.f = (o) => ({ ...o }).toString.call(d);",
    "what is returned": "exports.f = () => Date.now(); /* here */",
    "what is returned from a variable": "function f() { const a = Date.now(); /* here */\n return a; }",
    "what is given to code of others": "log(Date.now()); /* here */",
    "what is put into an object": "stats.start = Date.now(); /* here */",
    "what an object holds": "const stats = { start: Date.now() }; /* here */",
    "what a list holds": "const list = [Date.now()]; /* here */",
    "what a text holds": "const text = `${Date.now()}`; /* here */\nexports.text = text;",
    "what a text is made of": `const text = "a" + Date.now(); /* here */\nlog(text);`,
    "what is exported": "export const start = Date.now(); /* here */",
    "what is exported by its name": "const start = Date.now(); /* here */\nexport { start };",
    "what is exported as a whole": "const start = Date.now(); /* here */\nexport default start;",
    "what a global is assigned": "start = Date.now(); /* here */",
    "what is taken apart": "const { a } = new Date(); /* here */",
    "what is counted up": "let a = Date.now(); /* here */\na++; exports.f = () => a;",
    "what is thrown": "function f() { throw Date.now(); } /* here */",
    "what is awaited": "async function f() { await new Date(); } /* here */",
    "what is spread": "f(...new Date()); /* here */",
    "what is looked up by it": "const a = list[Date.now() % 5]; /* here */\nlog(a);",
    "bits of it": "const a = Date.now() & 1; /* here */\nif (a > 0) log(1);",
    "a date that is given on": "exports.f = () => new Date(); /* here */",
    "a part that changes soon": "exports.s = new Date().getSeconds(); /* here */",
    "a text of a date": "exports.s = new Date().toISOString(); /* here */",
    "a text that is cut by others": "exports.f = (n) => new Date().toISOString().slice(0, n); /* here */",
    "the end of a text": "exports.s = new Date().toISOString().slice(11); /* here */",
    "what a text is cut into": `exports.s = new Date().toISOString().split("T"); /* here */`,
    "the second of what a text is cut into": `exports.s = new Date().toISOString().split("T")[1]; /* here */`,
    "both of what a text is cut into": `const [day, time] = new Date().toISOString().split("T"); /* here */\nlog(time);`,
    "all of what a text is cut into": `const [...all] = new Date().toISOString().split("T"); /* here */\nlog(all);`,
    "a method of a text that is not called": "exports.s = new Date().toISOString().slice; /* here */",
    "a text in a way that others choose": "exports.f = (o) => new Date().toLocaleDateString('en', o); /* here */",
    "a part beside a method that is given nothing": "exports.f = (a) => [new Date().getDate(), a.values()]; /* here */",
    "a part beside a method that is given something":
      "exports.f = (a, b) => [new Date().getDate(), a.make(b)]; /* here */ // made",
    "a part beside a function": "exports.f = (a) => [new Date().getDate(), a()]; /* here */ // made",
    "a method that is given nothing and told": "exports.f = (a) => new Date().getDate() + a.b().c; /* here */",
    "a method that is not called": "exports.s = new Date().getFullYear; /* here */",
    "a method that is found by a text": "exports.s = new Date()[name](); /* here */",
    "a member of a number": "exports.s = Date.now().toString(36); /* here */",
    "a comparison that is told": "exports.f = (last) => { const a = Date.now() < 5; /* here */\n return a; };",
    "a comparison with a time that others say":
      "exports.f = (last) => { if (Date.now() - last < 5) return 1; }; /* here */",
    "a comparison with a long time": `let last = 0;
      exports.f = () => { const now = Date.now(); /* here */
        if (now - last > 60000) return 1; last = now; };`,
    "a comparison of equals": "let last = 0; exports.f = () => { if (Date.now() === last) return 1; }; /* here */",
    "a parameter that is told": `function told(start) { console.error(Date.now() - start); } /* here */
      told(Date.now()); /* here */`,
    "a parameter that is told by itself": `function told(start) { log(start); }
      told(Date.now()); /* here */`,
    "a call that would be made before the clock is read": `function told(start) { log(start)(Date.now()); }
      told(Date.now()); /* here */`,
    "a call of which only an operand reads the clock": `function told(start, a) { log(start, a && Date.now()); }
      told(Date.now()); /* here */`,
    "a call in which another Date is asked": `function told(start, Date) { log(start - Date.now()); }
      told(Date.now()); /* here */`,
    "a parameter of a function that may be another": `function told(start) { }
      if (a) told = log;
      told(Date.now()); /* here */`,
    "a parameter of a function that takes all": `function told(...all) { log(all); }
      told(Date.now()); /* here */`,
    "a parameter of a function that asks for all": `function told(start) { log(arguments); }
      told(Date.now()); /* here */`,
    "a parameter that a function captures": `function told(start) { return () => start; }
      told(Date.now()); /* here */`,
    "a parameter that is assigned, and found by another name": `function f(a) { a = Date.now(); /* here */
      return arguments[0]; }`,
    "a variable in a with": `function f(o) { var start = Date.now(); /* here */
      with (o) { log(start); } }`,
    "lines that end otherwise": "const a = 1;\rDate.now(); /* here */",
    "code that calls eval": "function f(text) { const start = Date.now(); eval(text); } /* here */",
    "another call on the line": "const a = Date.now(), b = other(); exports.b = b; /* here */",
    "a line without a call": "const a = now; /* here */",
  };
  for (const [name, text] of Object.entries(lost)) test(name, () => assert.equal(usesOf(text), null));

  test("a test of how often it is called, in code of the program's own", () => {
    const text = `let last = 0;
      function f() { const now = Date.now(); /* here */
        if (now - last < 16) return 1; last = now; }`;
    assert.deepEqual(usesOf(text), []);
    assert.equal(usesOf(text, false), null);
  });
});
