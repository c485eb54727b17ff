/**
 * What a program can see of a function or class beside its code, changed between two calls, inside of a recorded call, and
 * from run to run. Each pair of programs has a twin without the change, which hits.
 */
import { type Program, program } from "../program.ts";

/** Something that is done to a function, and an expression that shows it. */
interface Cell {
  readonly what: string;
  /** Declarations at module level. */
  readonly setup: string;
  /** What is done, as a statement. */
  readonly change: string;
  /** What a memoized function tells of it; may read `n`. */
  readonly shows: string;
  /** What it is called with in place of `n`. */
  readonly given?: string;
  /** Who has the function in a variable is refused: no call of his can change it and be recorded. */
  readonly isClosed?: true;
}

const PLAIN = "function f(a, b) { return a; }";
const CLASS = "class A { m(a) { return a; } get g() { return 1; } static s(a, b) { return b; } static k = 1; }";

/** A property of a built-in function, put there by an alias. */
function byName(where: string, fn: string, shows = `${fn}.k`, before = ""): Cell {
  const setup = `${before} const f = ${fn};`;
  return { what: `a property of a built-in function ${where}`, setup, change: "f.k = 1;", shows };
}

const cells: readonly Cell[] = [
  // Own keys, order, attributes.
  { what: "a property of a function", setup: PLAIN, change: "f.k = 1;", shows: "f.k" },
  { what: "a property with an index", setup: PLAIN, change: "f[0] = 1;", shows: "Object.keys(f)" },
  {
    what: "a symbol on a function",
    setup: PLAIN,
    change: "f[Symbol.toStringTag] = 'x';",
    shows: "Object.getOwnPropertySymbols(f).length",
  },
  {
    what: "the order of properties",
    setup: `${PLAIN} f.a = 1; f.b = 2;`,
    change: "delete f.a; f.a = 1;",
    shows: "Object.keys(f)",
  },
  {
    what: "an attribute of a property",
    setup: `${PLAIN} f.a = 1;`,
    change: `Object.defineProperty(f, "a", { enumerable: false });`,
    shows: "Object.keys(f)",
  },
  // Name and length.
  { what: "a name", setup: PLAIN, change: `Object.defineProperty(f, "name", { value: "z" });`, shows: "f.name" },
  {
    what: "a name, computed",
    setup: PLAIN,
    change: `Object.defineProperty(f, "name", { value: "z" });`,
    shows: `f["na" + "me"]`,
  },
  {
    what: "a name, destructured",
    setup: PLAIN,
    change: `Object.defineProperty(f, "name", { value: "z" });`,
    shows: "(({ name }) => name)(f)",
  },
  { what: "a name, deleted", setup: PLAIN, change: "delete f.name;", shows: "[f.name, Reflect.ownKeys(f).length]" },
  {
    what: "a name made writable",
    setup: PLAIN,
    change: `Object.defineProperty(f, "name", { writable: true });`,
    shows: `Object.getOwnPropertyDescriptor(f, "name").writable`,
  },
  { what: "a length", setup: PLAIN, change: `Object.defineProperty(f, "length", { value: 9 });`, shows: "f.length" },
  { what: "a length, deleted", setup: PLAIN, change: "delete f.length;", shows: "f.length" },
  {
    what: "the name of an arrow",
    setup: "const f = (a) => a;",
    change: `Object.defineProperty(f, "name", { value: "z" });`,
    shows: "f.name",
  },
  {
    what: "the name of an async function",
    setup: "async function f() {}",
    change: `Object.defineProperty(f, "name", { value: "z" });`,
    shows: "f.name",
  },
  {
    what: "the name of a closure",
    setup: "const f = ((k) => () => k)(3);",
    change: `Object.defineProperty(f, "name", { value: "z" });`,
    shows: "f.name + f()",
  },
  {
    what: "the name of a bound function",
    setup: `${PLAIN} const b = f.bind(null, 1);`,
    change: `Object.defineProperty(b, "name", { value: "z" });`,
    shows: "b.name",
  },
  {
    what: "a property of a bound function",
    setup: `${PLAIN} const b = f.bind(null, 1);`,
    change: "b.k = 1;",
    shows: "b.k",
  },
  {
    what: "a frozen bound function",
    setup: `${PLAIN} const b = f.bind(null, 1);`,
    change: "Object.freeze(b);",
    shows: "Object.isFrozen(b)",
  },
  {
    what: "the name of a class",
    setup: CLASS,
    change: `Object.defineProperty(A, "name", { value: "z" });`,
    shows: "A.name",
  },
  {
    what: "the length of a class",
    setup: CLASS,
    change: `Object.defineProperty(A, "length", { value: 5 });`,
    shows: "A.length",
  },
  {
    what: "the name of a class, deleted",
    setup: CLASS,
    change: "delete A.name;",
    shows: "[A.name, Object.getOwnPropertyNames(A)]",
  },
  {
    what: "the name of a class, by an instance",
    setup: CLASS,
    change: `Object.defineProperty(A, "name", { value: "z" });`,
    shows: "n.constructor.name",
    given: "new A()",
  },
  { what: "a static name", setup: "class A { static name = 'a'; }", change: "A.name = 'z';", shows: "A.name" },
  {
    what: "the name of a value that is given",
    setup: PLAIN,
    change: `Object.defineProperty(f, "name", { value: "z" });`,
    shows: "n.name",
    given: "f",
  },
  {
    what: "the name of a method of an object",
    setup: "const o = { m() {} };",
    change: `Object.defineProperty(o.m, "name", { value: "z" });`,
    shows: "o.m.name",
  },
  // Functions inside.
  { what: "a property of a method", setup: CLASS, change: "A.prototype.m.meta = 1;", shows: "A.prototype.m.meta" },
  {
    what: "a property of a method, by an instance",
    setup: CLASS,
    change: "A.prototype.m.meta = 1;",
    shows: "n.m.meta",
    given: "new A()",
  },
  {
    what: "a property of a method, by the class",
    setup: CLASS,
    change: "A.prototype.m.meta = 1;",
    shows: "n.prototype.m.meta",
    given: "A",
  },
  { what: "a property of a static method", setup: CLASS, change: "A.s.deps = ['x'];", shows: "A.s.deps" },
  {
    what: "the name of a method",
    setup: CLASS,
    change: `Object.defineProperty(A.prototype.m, "name", { value: "z" });`,
    shows: "A.prototype.m.name",
  },
  {
    what: "the length of a static method",
    setup: CLASS,
    change: `Object.defineProperty(A.s, "length", { value: 7 });`,
    shows: "A.s.length",
  },
  {
    what: "a frozen method",
    setup: CLASS,
    change: "Object.freeze(A.prototype.m);",
    shows: "Object.isFrozen(A.prototype.m)",
  },
  {
    what: "a method that inherits from another object",
    setup: CLASS,
    change: "Object.setPrototypeOf(A.prototype.m, { deep: 1 });",
    shows: "A.prototype.m.deep",
  },
  {
    what: "a property of a getter",
    setup: CLASS,
    change: `Object.getOwnPropertyDescriptor(A.prototype, "g").get.k = 1;`,
    shows: `Object.getOwnPropertyDescriptor(A.prototype, "g").get.k`,
  },
  {
    what: "a property of a method with a symbol for a name",
    setup: "class A { *[Symbol.iterator]() { yield 1; } }",
    change: "A.prototype[Symbol.iterator].k = 1;",
    shows: "A.prototype[Symbol.iterator].k",
  },
  {
    what: "a property of an inherited method",
    setup: `${CLASS} class B extends A {}`,
    change: "A.prototype.m.meta = 1;",
    shows: "n.m.meta",
    given: "new B()",
  },
  {
    what: "a property of an inherited static method",
    setup: `${CLASS} class B extends A {}`,
    change: "A.s.meta = 1;",
    shows: "B.s.meta",
  },
  { what: "a property of a method of an object", setup: "const o = { m() {} };", change: "o.m.k = 1;", shows: "o.m.k" },
  {
    what: "a property of a method of an object that is given",
    setup: "const o = { m() {} };",
    change: "o.m.k = 1;",
    shows: "n.m.k",
    given: "o",
  },
  {
    what: "a property of a method of an old class",
    setup: "function O() {} O.prototype.m = function () {};",
    change: "O.prototype.m.k = 1;",
    shows: "O.prototype.m.k",
  },
  {
    what: "a property of a method of a class made by a function",
    setup: "const A = ((base) => class extends base { m() {} })(Object);",
    change: "A.prototype.m.k = 1;",
    shows: "A.prototype.m.k",
  },
  // What it inherits from.
  { what: "an object above a function", setup: PLAIN, change: "Object.setPrototypeOf(f, { k: 1 });", shows: "f.k" },
  {
    what: "a function above a function",
    setup: `${PLAIN} function g() { return 5; } g.k = 3;`,
    change: "Object.setPrototypeOf(f, g);",
    shows: "[f.k, Object.getPrototypeOf(f) === g]",
  },
  { what: "nothing above a function", setup: PLAIN, change: "Object.setPrototypeOf(f, null);", shows: "typeof f.call" },
  {
    what: "a property of an object above a function",
    setup: `${PLAIN} const up = { k: 1 }; Object.setPrototypeOf(f, up);`,
    change: "up.k = 2;",
    shows: "f.k",
  },
  {
    what: "a method of an object above a function",
    setup: "const up = { m: () => 1 }; const f = Object.setPrototypeOf((t) => t, up);",
    change: "up.m = () => 2;",
    shows: "f.m()",
  },
  {
    what: "another class above a class",
    setup: `${CLASS} class B extends A {} class C { static s() { return 9; } }`,
    change: "Object.setPrototypeOf(B, C);",
    shows: "B.s(1, 2)",
  },
  { what: "an object above a class", setup: CLASS, change: "Object.setPrototypeOf(A, { deep: 1 });", shows: "A.deep" },
  // Extensibility and attributes.
  { what: "a frozen function", setup: PLAIN, change: "Object.freeze(f);", shows: "Object.isFrozen(f)" },
  { what: "a sealed function", setup: PLAIN, change: "Object.seal(f);", shows: "Object.isSealed(f)" },
  {
    what: "a function that takes no more properties",
    setup: PLAIN,
    change: "Object.preventExtensions(f);",
    shows: "Object.isExtensible(f)",
  },
  { what: "a frozen class", setup: CLASS, change: "Object.freeze(A);", shows: "Object.isFrozen(A)" },
  {
    what: "a class that takes no more properties",
    setup: CLASS,
    change: "Object.preventExtensions(A);",
    shows: "Object.isExtensible(n)",
    given: "A",
  },
  {
    what: "a frozen prototype",
    setup: CLASS,
    change: "Object.freeze(A.prototype);",
    shows: "(() => { try { n.m = 1; delete n.m; return 'set'; } catch { return 'not set'; } })()",
    given: "new A()",
  },
  {
    what: "a prototype that takes no more properties",
    setup: CLASS,
    change: "Object.preventExtensions(A.prototype);",
    shows: "Object.isExtensible(A.prototype)",
  },
  {
    what: "a method made enumerable",
    setup: CLASS,
    change: `Object.defineProperty(A.prototype, "m", { enumerable: true });`,
    shows: "(() => { const all = []; for (const k in n) all.push(k); return all; })()",
    given: "new A()",
  },
  {
    what: "a static method made enumerable",
    setup: CLASS,
    change: `Object.defineProperty(A, "s", { enumerable: true });`,
    shows: "Object.keys(A)",
  },
  {
    what: "a method made read-only",
    setup: CLASS,
    change: `Object.defineProperty(A.prototype, "m", { writable: false });`,
    shows: `Object.getOwnPropertyDescriptor(A.prototype, "m").writable`,
  },
  {
    what: "the order of methods",
    setup: "class A { a() {} b() {} }",
    change:
      "const a = A.prototype.a; delete A.prototype.a; Object.defineProperty(A.prototype, 'a', { value: a, writable: true, configurable: true });",
    shows: "Object.getOwnPropertyNames(A.prototype)",
  },
  {
    what: "the order of static members",
    setup: "class A { static a() {} static b() {} }",
    change:
      "const a = A.a; delete A.a; Object.defineProperty(A, 'a', { value: a, writable: true, configurable: true });",
    shows: "Object.getOwnPropertyNames(A)",
  },
  {
    what: "a frozen static field",
    setup: CLASS,
    change: `Object.defineProperty(A, "k", { writable: false });`,
    shows: `Object.getOwnPropertyDescriptor(A, "k").writable`,
  },
  // `prototype`.
  { what: "a property of a prototype", setup: "function F() {}", change: "F.prototype.k = 1;", shows: "F.prototype.k" },
  {
    what: "a frozen prototype of a function",
    setup: "function F() {}",
    change: "Object.freeze(F.prototype);",
    shows: "Object.isFrozen(F.prototype)",
  },
  {
    what: "a prototype of a function that takes no more properties",
    setup: "function F() {} F.prototype.k = 1;",
    change: "Object.preventExtensions(F.prototype);",
    shows: "Object.isExtensible(F.prototype)",
  },
  {
    what: "a constructor made enumerable",
    setup: "function F() {}",
    change: `Object.defineProperty(F.prototype, "constructor", { enumerable: true });`,
    shows: "Object.keys(F.prototype)",
  },
  { what: "another prototype", setup: "function F() {}", change: "F.prototype = { k: 1 };", shows: "F.prototype.k" },
  {
    what: "a number for a prototype",
    setup: "function F() {}",
    change: "F.prototype = 5;",
    shows: "F.prototype === 5",
  },
  {
    what: "a function for a prototype",
    setup: "function F() {} function g() {} g.k = 7;",
    change: "F.prototype = g;",
    shows: "F.prototype.k",
  },
  {
    what: "a prototype made read-only",
    setup: "function F() {}",
    change: `Object.defineProperty(F, "prototype", { writable: false });`,
    shows: `Object.getOwnPropertyDescriptor(F, "prototype").writable`,
  },
  {
    what: "a prototype where there was none",
    setup: "const f = () => 1;",
    change: `Object.defineProperty(f, "prototype", { value: Object.defineProperty({}, "constructor", { value: f, writable: true, configurable: true }), writable: true });`,
    shows: "Reflect.ownKeys(f)",
  },
  {
    what: "the prototype of a generator",
    setup: "function* g() { yield 1; }",
    change: "g.prototype.k = 1;",
    shows: "g.prototype.k",
  },
  {
    what: "a frozen prototype of a generator",
    setup: "function* g() { yield 1; }",
    change: "Object.freeze(g.prototype);",
    shows: "Object.isFrozen(g.prototype)",
  },
  {
    what: "an object above the prototype of a function",
    setup: "function F() {}",
    change: "Object.setPrototypeOf(F.prototype, { k: 1 });",
    shows: "F.prototype.k",
  },
  {
    what: "a hook of `instanceof`",
    setup: PLAIN,
    change: `Object.defineProperty(f, Symbol.hasInstance, { value: () => true, configurable: true });`,
    shows: "5 instanceof f",
  },
  // Built-in functions, met as values.
  { what: "a property of a built-in function", setup: "const f = Math.max;", change: "f.k = 1;", shows: "f.k" },
  {
    what: "a property of a built-in function that is given",
    setup: "const f = Math.hypot;",
    change: "f.k = 1;",
    shows: "n.k",
    given: "f",
  },
  {
    what: "a property of a built-in function in an object",
    setup: "const o = { f: Math.cbrt };",
    change: "o.f.k = 1;",
    shows: "o.f.k",
  },
  {
    what: "a frozen built-in function",
    setup: "const f = Math.tanh;",
    change: "Object.freeze(f);",
    shows: "Object.isFrozen(f)",
  },
  // Built-in functions, found by a name.
  byName("of a namespace", "Math.min"),
  byName("in a variable", "Math.floor", "((m = Math.floor) => m.k)()"),
  byName("destructured", "JSON.parse", "(({ parse }) => parse.k)(JSON)"),
  byName("of a prototype", "Array.prototype.flat"),
  byName("of a value", "[].flatMap", "[n].flatMap.k"),
  byName("computed", "''.padEnd", "String(n)['padEnd'].k"),
  { ...byName("of an iterator", "[].values().next", "[n].values().next.k"), isClosed: true },
  byName("global", "parseFloat", "((p = parseFloat) => p.k)()"),
  { ...byName("of a module", "path.join", "path.join.k", `import path from "node:path";`), isClosed: true },
  { ...byName("imported", "extname", "(extname).k", `import { extname } from "node:path";`), isClosed: true },
  {
    ...byName("imported under another name", "ext", "ext.k", `import { dirname as ext } from "node:path";`),
    isClosed: true,
  },
  {
    ...byName("of an object of a module", "types.isDate", "types.isDate.k", `import { types } from "node:util";`),
    isClosed: true,
  },
  {
    what: "a call that is another function's",
    setup: "const f = Array.prototype.at;",
    change: "f.call = Math.abs;",
    shows: "Array.prototype.at.call(-5, 0)",
  },
  // The last one: when the next module is loaded, a built-in of another name is taken for a replaced one.
  {
    what: "the name of a built-in function",
    setup: "const f = Math.atan2;",
    change: `Object.defineProperty(f, "name", { value: "z" });`,
    shows: "[f].map((g) => g.name)",
  },
];

const slug = ({ what }: Cell) => `work_${what.replace(/\W+/g, "_")}`;

/** Gets at what is changed by a parameter: an assignment to a name of the module would be refused by the scan. */
const aliased = ({ change }: Cell) => {
  const root = /\b(f|b|A|O|F|g|o|up|B)\b/.exec(change.replace(/^const a = /, ""))?.[1] as string;
  return `((${root}) => { ${change} })(${root})`;
};

const file = (index: number) => `cell${index}.mjs`;

/** One module for each cell, and a main module that runs them one after the other. */
function filesOf(render: (cell: Cell) => string, of = cells): Record<string, string> {
  const modules = of.map((cell, index) => [file(index), render(cell)] as const);
  const main = `
    const isChanging = process.argv[2] === "change";
    for (let index = 0; index < ${of.length}; index++) {
      const { run } = await import("./cell" + index + ".mjs");
      await run(isChanging);
    }
  `;
  return { ...Object.fromEntries(modules), "main.mjs": main };
}

const each = (count: number, of = cells) => Object.fromEntries(of.map((cell) => [slug(cell), count]));
const open = cells.filter(({ isClosed }) => isClosed !== true);

/** A turn of the event loop, after which what an async function has begun is over. */
const TURN = "await new Promise((resolve) => setImmediate(resolve));";

const declared = (cell: Cell) => `
  import { burn } from "./burn.mjs";
  ${cell.setup}
  function ${slug(cell)}(n) {
    burn(50);
    return JSON.stringify(${cell.shows}) ?? "nothing";
  }
  const given = () => ${cell.given ?? "3"};
`;

export const programs: readonly Program[] = [
  program("functions and classes that are changed between two calls", {
    files: filesOf(
      (cell) => `
        ${declared(cell)}
        export async function run(isChanging) {
          const before = ${slug(cell)}(given());
          ${TURN}
          if (isChanging) { ${cell.change} }
          const after = ${slug(cell)}(given());
          ${TURN}
          console.log(before, after, ${slug(cell)}(given()));
          ${TURN}
          // A change that does not show would prove nothing.
          if (isChanging && before === after) throw new Error("${slug(cell)} shows nothing");
        }
      `,
    ),
    cold: { misses: each(1), hits: each(2) },
    warm: { misses: each(0), hits: each(3) },
    after: [
      { label: "changed", args: ["change"], hitsAtLeast: each(1) },
      { label: "changed again", args: ["change"], hitsAtLeast: each(1) },
    ],
  }),

  program("functions and classes that are changed from run to run", {
    files: filesOf(
      (cell) => `
        ${declared(cell)}
        export async function run(isChanging) {
          if (isChanging) { ${cell.change} }
          const first = ${slug(cell)}(given());
          ${TURN}
          console.log(first, ${slug(cell)}(given()));
          ${TURN}
        }
      `,
    ),
    cold: { misses: each(1), hits: each(1) },
    warm: { misses: each(0), hits: each(2) },
    after: [
      { label: "changed", args: ["change"] },
      { label: "as before", hits: each(2) },
    ],
  }),

  program("functions and classes that are changed inside of a recorded call", {
    files: filesOf(
      (cell) => `
        import { burn } from "./burn.mjs";
        ${cell.setup}
        const change = () => ${aliased(cell)};
        const given = () => ${cell.given ?? "3"};
        const show = (n) => JSON.stringify(${cell.shows}) ?? "nothing";
        function ${slug(cell)}(x, n, really) {
          burn(x);
          if (really) change();
          return burn(x) % 1000;
        }
        export async function run(isChanging) {
          const value = ${slug(cell)}(50, given(), false);
          ${TURN}
          console.log(value, ${slug(cell)}(50, given(), false), show(given()));
          ${TURN}
          if (isChanging) console.log(${slug(cell)}(60, given(), true), show(given()));
        }
      `,
      open,
    ),
    cold: { misses: each(1, open), hits: each(1, open) },
    warm: { misses: each(0, open), hits: each(2, open) },
    after: [
      { label: "changed", args: ["change"], hits: each(2, open), misses: each(1, open) },
      { label: "changed once more", args: ["change"], hits: each(2, open), misses: each(1, open) },
    ],
  }),

  program("a class above which an object was put that looks like a class", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class A { m() { return burn(2) % 1000; } }
        const up = { deep: 1, prototype: Object.prototype };
        Object.setPrototypeOf(A, up);
        function work(n) { return [burn(n) % 1000, A.deep]; }
        console.log(work(50), work(50));
        up.deep = 2;
        console.log(work(50), new A().m());
      `,
    },
    refuses: { work: /inherits from an object/ },
  }),

  program("the arguments of a function on the stack", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        function outer(x) { return inner(1) + inner(1) + burn(x) * 0; }
        function inner(n) { burn(n); return outer.arguments[0]; }
        function other(n) { burn(n); const { arguments: all } = outer; return all === null ? "none" : all[0]; }
        function given(fn) { burn(5); return fn.arguments?.[0]; }
        function caller(x) { return [given(caller), other(x), burn(x) % 10].join(); }
        // Of what is no function, it is a name like any other.
        function tree(node) { return burn(node.arguments.length) % 1000; }
        console.log(outer(1), outer(2), caller(1), caller(2), tree({ arguments: [1] }), tree({ arguments: [1] }));
      `,
    },
    cold: { hits: { outer: 0, inner: 0, given: 0, tree: 1 } },
    warm: { hits: { outer: 0, inner: 0, given: 0, tree: 2 } },
    refuses: { inner: /arguments/, other: /arguments/, given: /arguments/ },
  }),

  program("nodes with arguments, where functions are met", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import * as loose from "./loose.cjs";
        const visitors = { call: function call(node) { return node.arguments.length; }, name: (node) => node.name.length };
        const visit = (node) => visitors[node.type](node);
        function tree(node) { return burn(visit(node)) % 1000; }
        // Where nothing can look at the object first, what counts is whether a function is met that shows its arguments.
        function first(nodes) { const { arguments: given } = nodes[0]; return burn(given.length + nodes[0].arguments.length) % 1000; }
        function handed(node, fn) { const { arguments: given } = node; return burn(given.length + fn.length) % 1000; }
        function met(node, fn) { const { arguments: given } = node; return burn(given.length + fn.length) % 1000; }
        const node = { type: "call", arguments: [1] };
        const heir = Object.create(function heir() {});
        for (const _ of [1, 2]) {
          console.log(tree(node), first([node]), handed(node, visit), handed(node, function (a) {}), loose.unseen([node]), loose.seen(node));
          console.log(handed(node, loose.strict), handed(node, loose.arrow), handed(node, loose.method));
          try { console.log(loose.seen(heir)); } catch (error) { console.log(error.name); }
        }
        console.log(met(node, loose.sloppy), met(node, loose.sloppy));
      `,
      "loose.cjs": `
        const { burn } = require("./burn.cjs");
        exports.seen = function seen(node) { return burn(node.arguments.length) % 1000; };
        exports.unseen = function unseen(nodes) { return burn(nodes[nodes.length - 1].arguments.length) % 1000; };
        exports.sloppy = function sloppy(a) { return a; };
        exports.strict = function strict(a) { "use strict"; return a; };
        exports.arrow = (a) => a;
        exports.method = { method(a) { return a; } }.method;
      `,
    },
    cold: { hits: { tree: 1, first: 1, handed: 5, seen: 1 } },
    warm: { hits: { tree: 2, first: 2, handed: 10, seen: 2 } },
    refuses: { unseen: /`arguments`/, met: /`arguments`/ },
  }),

  program("names of constructors of Node's in the old style, whose prototypes have Node's methods", {
    files: {
      "main.mjs": `
        import { StringDecoder } from "node:string_decoder";
        import url from "node:url";
        import { burn } from "./burn.mjs";
        const shapes = { Url: { name: "a" }, StringDecoder: { name: "b" } };
        const work = (n, given) => given.Url.name + given.Url.kind + given.StringDecoder.name + (burn(n) % 10);
        console.log(work(1, shapes), new StringDecoder("utf8").encoding, url.domainToASCII("a"));
      `,
    },
    memo: { work: 1 },
  }),

  program("names of built-in functions, and what is put on one before it is looked at", {
    files: {
      "main.mjs": `
        import { join } from "node:path";
        import { burn } from "./burn.mjs";
        function names(n) { burn(n); return [Math.max.name, join.name, "".trim.length, [].fill.length].join(); }
        if (process.argv[2] === "early") rename();
        console.log(names(1), names(1));
        if (process.argv[2] === "late") rename();
        console.log(names(1), names(1));
        function rename() {
          Object.defineProperty(join, "name", { value: "z" });
          Object.defineProperty("".trim, "length", { value: 9 });
          Object.defineProperty([].fill, "length", { value: 8 });
        }
      `,
    },
    cold: { hits: { names: 3 }, misses: { names: 1 } },
    warm: { hits: { names: 4 } },
    after: [
      { label: "renamed before", args: ["early"], hits: { names: 3 }, misses: { names: 1 } },
      { label: "renamed later", args: ["late"], hits: { names: 3 }, misses: { names: 1 } },
      { label: "not renamed", hits: { names: 4 } },
    ],
  }),
];
