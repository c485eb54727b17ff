/** What becomes of the random numbers that code draws. A line with "here" in a comment is one on which a number was drawn. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { randomUses } from "../../loader/analyse/random-uses.ts";

const HERE = "/* here */";

function usesOf(text: string, isAllTold = true) {
  const lines = text.split("\n").flatMap((line, index) => (line.includes(HERE) ? [index + 1] : []));
  return randomUses(text, new Set(lines), isAllTold);
}

const CHOICE = `(Math.random() * big) & 0x1fffff /* here */
  ? function () { return floor(Math.random() * big); }
  : () => (Math.random() * 0x40000000 | 0) + 1;`;

describe("a number becomes part of a text", () => {
  const marks: Record<string, string> = {
    "after a text": `const a = "a" + Math.random(); /* here */`,
    "between texts": `const a = "a" + Math.random() + "b"; /* here */`,
    "before a text": `f(Math.random() + "a"); /* here */`,
    "in a template": "const a = `a${Math.random()}`; /* here */",
    "in base 36": `const a = "a" + Math.random().toString(36); /* here */`,
    "in base 36, without what all begin with": "const a = `a${Math.random().toString(36).slice(2)}`; /* here */",
    "of so many characters": `const a = Math.random().toString(36).substr(2, 9) + "a"; /* here */`,
    "by way of a constant": `const key = Math.random().toString(36).slice(2); /* here */
      exports.a = "a" + key; exports.b = \`b\${key}\`;`,
    "with so many digits": `const a = "a" + Math.random().toFixed(16); /* here */`,
    "as a large whole number": `const a = "a" + Math.floor(Math.random() * 1e9); /* here */`,
    "as a large whole number, by an operator": "const a = `a${(Math.random() * 4294967296) >>> 0}`; /* here */",
    "in a function around the module": `(function (root) { var a = "a" + Math.random(); /* here */
      }).call(this, this);`,
    "of which a pattern is made": `const a = new RegExp("a" + Math.random(), "g"); /* here */`,
  };
  for (const [name, text] of Object.entries(marks)) test(name, () => assert.equal(usesOf(text), "mark"));
});

describe("a number goes nowhere", () => {
  test("where it chooses between functions that nobody has called", () => {
    assert.equal(usesOf(`var random = ${CHOICE}\nexports.random = () => random();`), "nothing");
  });
});

describe("nobody knows what becomes of a number", () => {
  const unknown: Record<string, string> = {
    "a number": "const a = Math.random(); /* here */",
    "a test": "if (Math.random() < 0.5) f(); /* here */",
    "a small whole number": `const a = "a" + Math.floor(Math.random() * 10); /* here */`,
    "a whole number, of which nothing is left": `const a = "a" + Math.floor(Math.random()); /* here */`,
    "an index": "const a = list[Math.floor(Math.random() * 1e9)]; /* here */",
    "a text without a mark, of which random numbers may be made":
      "exports.a = make(Math.random().toString(36)); /* here */",
    "the same by an operator": `const a = "" + Math.random(); /* here */`,
    "the same in a template": "const a = `${Math.random()}`; /* here */",
    "the same by way of a constant": "const a = Math.random().toString(36); /* here */ f(a);",
    "a constant that others see": `export const a = Math.random().toString(36); /* here */ f("a" + a);`,
    "a variable that is assigned": `let a = Math.random().toString(36); /* here */
      a = "b"; f("a" + a);`,
    "a short text": `const a = "a" + Math.random().toString(36).slice(2, 4); /* here */`,
    "a text of few digits": `const a = "a" + Math.random().toFixed(2); /* here */`,
    "a text from far behind": `const a = "a" + Math.random().toString(36).slice(12); /* here */`,
    "a part from the end": `const a = "a" + Math.random().toString(36).slice(-2); /* here */`,
    "a character": `const a = "a" + Math.random().toString(36).charCodeAt(2); /* here */`,
    "a text of what nobody knows to be one": "const a = b + Math.random(); /* here */",
    "a template that a function reads": "const a = f`a${Math.random()}`; /* here */",
    "another Math": `const Math = {}; const a = "a" + Math.random(); /* here */`,
    "a function of another name": `const { random } = Math; const a = "a" + random(); /* here */`,
    "two on a line": `const a = "a" + Math.random(), b = Math.random(); /* here */`,
    "another call on the line": `const a = "a" + Math.random(), b = f(); /* here */`,
    "a call that may not have drawn": `const a = f?.("a" + Math.random()); /* here */`,
    "a call of a member that may not be there": `const a = o?.f("a" + Math.random()); /* here */`,
    "no call on the line": "const a = 1; /* here */",
    "code that evaluates texts": `eval(b); const a = "a" + Math.random(); /* here */`,
    "a with statement": `with (o) { f("a" + Math.random()); /* here */ }`,
    "a choice between functions of which one draws nothing": `var random = Math.random() & 1 /* here */
      ? () => Math.random()
      : () => 1;
      exports.random = () => random();`,
    "a choice that was called": `var random = Math.random() & 1 /* here */
      ? () => Math.random() /* here */
      : () => 1 + Math.random();
      exports.random = () => random();`,
    "a choice that was called, and made a text": `var random = Math.random() & 1 /* here */
      ? () => "a" + Math.random() /* here */
      : () => "b" + Math.random();
      exports.random = () => random();`,
    "a choice that others see": `exports.random = ${CHOICE}`,
    "a choice that is handed on": `var random = ${CHOICE}\nexports.random = random;`,
    "a choice that may be assigned": `var random = ${CHOICE}\nexports.set = (f) => { random = f; }; exports.random = () => random();`,
    "a choice by what a call returns": CHOICE.replace("* big", "* f()").replace(/^/, "var random = "),
  };
  for (const [name, text] of Object.entries(unknown)) test(name, () => assert.equal(usesOf(text), null));
});
