/** Results that are more than plain data: their classes, identity, attributes; and what is not theirs alone. */
import { program } from "../program.ts";

export const programs = [
  program("instances of classes, also of other modules", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { Point, Far } from "./shapes.mjs";
        class Local extends Point {
          get half() { return this.x / 2; }
        }
        function point(n) { return new Point(burn(n) % 10); }
        function mixed(n) { burn(n); return { list: [new Far(n, 1), new Local(n)], map: new Map([[new Point(1), new Far(2, 3)]]) }; }
        for (let round = 0; round < 2; round++) {
          const one = point(1);
          console.log(one, one instanceof Point, one.constructor === Point, one.double(), Object.keys(one));
          const { list: [far, local], map } = mixed(6);
          console.log(far, far instanceof Far, far instanceof Point, far.double(), far.toString(), local, local.half, map);
          console.log(Object.getPrototypeOf(local) === Local.prototype, [...map.keys()][0].double(), JSON.stringify(map.values().next()));
          one.x = "changed";
          far.extra = one;
        }
      `,
      "shapes.mjs": `
        export class Point {
          x = 0;
          constructor(x) { this.x = x; }
          double() { return 2 * this.x; }
          toString() { return "Point " + this.x; }
        }
        export class Far extends Point {
          constructor(x, far) { super(x); this.far = far; }
          double() { return super.double() + this.far; }
        }
      `,
    },
    cold: { misses: { point: 1, mixed: 1 }, hits: { point: 1, mixed: 1 } },
    warm: { hits: { point: 2, mixed: 2 }, misses: { point: 0, mixed: 0 } },
    after: [
      {
        label: "a method of the class edited",
        edit: { "shapes.mjs": (text) => text.replace("2 * this.x", "3 * this.x") },
        misses: { point: 1, mixed: 1 },
        hits: { point: 1, mixed: 1 },
      },
      {
        label: "lines moved",
        edit: { "shapes.mjs": (text) => `// a comment\n\n${text}` },
        hits: { point: 2, mixed: 2 },
        misses: { point: 0, mixed: 0 },
      },
      {
        label: "a class renamed",
        edit: {
          "shapes.mjs": (text) => text.replace("class Far", "class Farther").concat("export { Farther as Far };\n"),
        },
        misses: { mixed: 1 },
      },
    ],
  }),

  program("instances of subclasses of built-in classes", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        class List extends Array { sum() { return this.reduce((a, b) => a + b, 0); } }
        class Dict extends Map { constructor(entries) { super(entries); this.label = "dict"; } first() { return [...this.keys()][0]; } }
        class Bag extends Set {}
        class Bytes extends Uint8Array { total() { return this.reduce((a, b) => a + b, 0); } }
        function list(n) { burn(n); return List.from([n, 2, 3]); }
        function dict(n) { burn(n); return new Dict([[n, new Bag([n])]]); }
        function bytes(n) { burn(n); return new Bytes([n, 2, 3]); }
        for (let round = 0; round < 2; round++) {
          const one = list(1);
          console.log(one, one instanceof List, Array.isArray(one), one.length, one.sum(), one.map((x) => x) instanceof List);
          const two = dict(2);
          console.log(two, two instanceof Dict, two.size, two.first(), two.get(2) instanceof Bag, two.label);
          console.log(bytes(3), bytes(3).total(), bytes(3).slice(1) instanceof Bytes);
          one.push("changed");
          two.set(5, 5).label = "changed";
        }
      `,
    },
    cold: { misses: { list: 1, dict: 1, bytes: 1 } },
    warm: { hits: { list: 2, dict: 2, bytes: 6 }, misses: { list: 0, dict: 0, bytes: 0 } },
  }),

  program("each hit is an object of its own, for WeakMap and for those who change it", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Node { constructor(n) { this.n = n; this.children = []; } }
        function tree(n) {
          burn(n);
          const root = new Node(n), shared = new Node(0);
          root.children.push(shared, shared, Object.freeze({ up: root }));
          return root;
        }
        const labels = new WeakMap(), known = new WeakSet();
        for (let round = 0; round < 3; round++) {
          const root = tree(1);
          console.log(labels.get(root), known.has(root), root.children[0] === root.children[1], root.children[2].up === root);
          console.log(Object.isFrozen(root.children[2]), Object.isFrozen(root), root.children.length, root.children[0].n);
          labels.set(root, "round " + round);
          known.add(root);
          root.children[0].n = "changed";
          root.children.push(round);
        }
        console.log(tree(1) === tree(1), tree(1).children[0] === tree(1).children[0]);
      `,
    },
    cold: { misses: { tree: 1 }, hits: { tree: 6 } },
    warm: { hits: { tree: 7 }, misses: { tree: 0 } },
  }),

  program("frozen, sealed, hidden and symbol-named properties", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const tag = Symbol("tag"), other = Symbol("tag");
        const deepFreeze = (value) => {
          for (const key of Reflect.ownKeys(value)) if (typeof value[key] === "object" && value[key]) deepFreeze(value[key]);
          return Object.freeze(value);
        };
        function frozen(n) { burn(n); return deepFreeze({ n, list: [1, [2]], deep: { map: new Map([[1, 2]]) } }); }
        function sealed(n) { burn(n); return [Object.seal({ n }), Object.preventExtensions([n])]; }
        function hidden(n) { burn(n); return Object.defineProperty(Object.create(null), "n", { value: n }); }
        function tagged(n) { burn(n); return { [tag]: n, [Symbol.for("shared")]: 2, [other]: tag, [Symbol.toStringTag]: "Tagged" }; }
        function symbols(n) { burn(n); return [tag, Symbol.iterator, Symbol.for("x")]; }
        for (let round = 0; round < 2; round++) {
          const one = frozen(1);
          console.log(one, Object.isFrozen(one), Object.isFrozen(one.list[1]), Object.isFrozen(one.deep.map));
          try { one.n = 2; } catch (error) { console.log(error.message); }
          const [box, list] = sealed(1);
          console.log(Object.isSealed(box), Object.isFrozen(box), Object.isExtensible(list), Object.isSealed(list));
          console.log(Object.getOwnPropertyDescriptor(hidden(1), "n"), Object.getPrototypeOf(hidden(1)), Object.keys(hidden(1)));
          const it = tagged(1);
          console.log(it[tag], it[other] === tag, it[Symbol.for("shared")], String(it), Reflect.ownKeys(it));
          console.log(symbols(1)[0] === tag, symbols(1));
        }
      `,
    },
    cold: { misses: { frozen: 1, sealed: 1, hidden: 1, tagged: 1, symbols: 1 } },
    warm: {
      hits: { frozen: 2, sealed: 2, hidden: 6, tagged: 2, symbols: 4 },
      misses: { frozen: 0, sealed: 0, hidden: 0, tagged: 0, symbols: 0 },
    },
  }),

  program("a result that is an argument, this or state is that very object", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const defaults = { level: 1, nested: { list: [] } };
        class Builder {
          constructor() { this.n = 1; }
          self() { burn(this.n); return this; }
          pair() { burn(this.n + 1); return [this, this]; }
        }
        function same(box) { burn(1); return box; }
        function inner(box) { burn(2); return { inner: box.inner, again: [box.inner] }; }
        function pick(n) { burn(n); return n > 1 ? { n } : defaults; }
        function part(n) { burn(n); return { nested: defaults.nested, fresh: [n] }; }
        function callback(fn) { burn(3); return { fn }; }
        async function later(box) { burn(4); return [box]; }
        for (let round = 0; round < 2; round++) {
          const box = { inner: { n: 1 } }, builder = new Builder(), fn = (n) => n;
          console.log(same(box) === box, inner(box).inner === box.inner, inner(box).again[0] === box.inner);
          same(box).seen = round;
          inner(box).inner.seen = round;
          console.log(box, pick(1) === defaults, pick(2) === pick(2), part(1).nested === defaults.nested, part(1).fresh === part(1).fresh);
          pick(1).nested.list.push(round);
          console.log(defaults, builder.self() === builder, builder.pair().every((it) => it === builder));
          console.log(callback(fn).fn === fn, (await later(box))[0] === box);
        }
        console.log(pick(1), part(1));
      `,
    },
    cold: { hitsAtLeast: { same: 1, inner: 2, pick: 1, callback: 1 } },
    warm: {
      hits: { same: 4, inner: 6, pick: 9, part: 7, "Builder.self": 2, "Builder.pair": 2, callback: 2, later: 2 },
      misses: { same: 0, inner: 0, pick: 0, part: 0, "Builder.self": 0, "Builder.pair": 0, callback: 0, later: 0 },
    },
  }),

  program("memory of arguments and state", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const memory = new Uint8Array([1, 2, 3, 4, 5]);
        const pooled = Buffer.from([1, 2, 3, 4, 5]);
        function slice(bytes) { burn(1); return bytes.subarray(1, 3); }
        function view(n) { burn(n); return new DataView(memory.buffer, n, 2); }
        function piece(bytes) { burn(2); return bytes.subarray(1, 3); }
        function own(n) {
          burn(n);
          const buffer = new ArrayBuffer(16);
          return { words: new Uint16Array(buffer, 2, 3), bytes: new Uint8Array(buffer), tail: new DataView(buffer, 8) };
        }
        for (let round = 0; round < 2; round++) {
          const bytes = new Uint8Array([1, 2, 3, 4]);
          slice(bytes)[0] = 9;
          view(1).setUint8(0, 8 + round);
          piece(pooled)[0] = 7;
          console.log(bytes, memory, pooled, slice(bytes).buffer === bytes.buffer, view(2).buffer === memory.buffer);
          const { words, bytes: all, tail } = own(1);
          words[0] = 0x0102;
          tail.setUint8(0, 5);
          console.log(words, all, words.byteOffset, tail.byteOffset, words.buffer === all.buffer, own(1).bytes);
        }
      `,
    },
    cold: { misses: { own: 1 }, refused: { piece: /shares/ } },
    warm: { hits: { slice: 4, view: 4, own: 4, piece: 0 }, misses: { slice: 0, view: 0, own: 0 } },
  }),

  program("functions in results", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { triple } from "./lib.mjs";
        function double(n) { return 2 * n; }
        double.calls = { n: 0 };
        const negate = (n) => -n;
        class Handler { constructor(run) { this.run = run; } }
        function table(n) { burn(n); return { double, list: [triple, negate], Handler, handler: new Handler(negate) }; }
        function closure(n) { const sum = burn(n) % 10; return { run: () => sum }; }
        function fields(n) { burn(n); return new (class { run = () => n; })(); }
        function builtin(n) { burn(n); return { round: Math.round }; }
        function accessors(n) { burn(n); return Object.defineProperty({ n }, "value", { get: constant, enumerable: true }); }
        function literal(n) { burn(n); return { get value() { return n; } }; }
        function constant() { return 5; }
        for (let round = 0; round < 2; round++) {
          const { double: fn, list, Handler: Class, handler } = table(1);
          console.log(fn === double, list[0] === triple, list[1](4), Class === Handler, handler instanceof Handler, handler.run === negate);
          console.log(closure(1).run(), fields(2).run(), builtin(1).round === Math.round, accessors(1), accessors(1).value, literal(3).value);
          console.log(table(1).double.calls === double.calls);
          double.calls.n++;
        }
      `,
      "lib.mjs": "export const triple = (n) => 3 * n;\n",
    },
    cold: { misses: { table: 2, accessors: 1, builtin: 1 } },
    warm: { hits: { table: 4, accessors: 4, builtin: 2 }, misses: { table: 0, accessors: 0 } },
    refuses: { closure: /function/, fields: /./, literal: /accessor/ },
  }),

  program("errors in results", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Wrong extends Error {
          constructor(message, options) { super(message, options); this.code = "E"; }
          get name() { return "Wrong"; }
        }
        const quiet = (error) => Object.defineProperty(error, "stack", { value: "no trace", enumerable: true, configurable: true });
        function failed(n) { burn(n); return { ok: false, error: new Wrong("no " + n, { cause: new TypeError("deep") }) }; }
        function several(n) { burn(n); return new AggregateError([new Error("a")], "all"); }
        function silent(n) { burn(n); return quiet(new Wrong("no " + n, { cause: quiet(new RangeError("deep")) })); }
        function first() { return failed(1).error; }
        function second() { return failed(1).error; }
        for (let round = 0; round < 2; round++) {
          const error = first();
          console.log(error.message, error.cause.message, error instanceof Wrong, error.code, several(1).errors.length);
          console.log(error.stack.split("\\n").slice(0, 4).join("|").replace(/file:\\S*\\//g, ""));
          console.log(second().stack.split("\\n").slice(0, 4).join("|").replace(/file:\\S*\\//g, ""));
          const it = silent(1);
          console.log(it, it instanceof Wrong, it.cause instanceof RangeError, it.stack, it.name, Object.keys(it), String(it));
        }
      `,
    },
    refuses: { failed: /stack/, several: /stack/ },
  }),

  program("private members", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Secret {
          #n;
          constructor(n) { this.#n = n; }
          static has(value) { return #n in value; }
          read() { return this.#n; }
        }
        class Open extends Secret {}
        class Method { #run() { return 1; } run() { return this.#run(); } }
        function secret(n) { return new Secret(burn(n) % 10); }
        function open(n) { return [new Open(burn(n) % 10)]; }
        function method(n) { burn(n); return { method: new Method() }; }
        for (let round = 0; round < 2; round++) {
          console.log(Secret.has(secret(1)), secret(1).read(), Secret.has(open(1)[0]), open(1)[0].read(), method(1).method.run());
        }
      `,
    },
    refuses: { secret: /private/, open: /private/, method: /private/ },
  }),

  program("a class that is replaced while the program runs", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        const shapes = require("./shapes.cjs");
        let Point = class { constructor(x) { this.x = x; } name() { return "first"; } };
        const First = Point;
        function local(n) { return new Point(burn(n) % 10); }
        function remote(n) { return new shapes.Shape(burn(n) % 10); }
        console.log(local(1), local(1).name(), local(1) instanceof First, remote(1), remote(1).name());
        Point = class { constructor(x) { this.x = x; } name() { return "second"; } };
        const Before = shapes.Shape;
        shapes.Shape = class extends Before { name() { return "replaced " + super.name(); } };
        console.log(local(1), local(1).name(), local(1) instanceof First, remote(1), remote(1).name(), remote(1) instanceof Before);
        Point = First;
        shapes.Shape = Before;
        console.log(local(1).name(), local(1) instanceof First, remote(1).name(), remote(1).constructor === Before);
      `,
      "shapes.cjs": `
        class Shape { constructor(x) { this.x = x; } name() { return "shape"; } }
        module.exports = { Shape };
      `,
    },
    warm: { hits: { remote: 7, local: 8 } },
  }),

  program("a prototype that is patched while the program runs", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Base { name() { return "base"; } }
        class Other { name() { return "other"; } }
        class Point { constructor(x) { this.x = x; } name() { return "point"; } }
        class Far extends Base { constructor(x) { super(); this.far = x; } }
        function point(n) { return new Point(burn(n) % 10); }
        function far(n) { return new Far(burn(n) % 10); }
        console.log(point(1).name(), point(1), far(1).name(), far(1) instanceof Base);
        Point.prototype.name = function () { return "patched"; };
        console.log(point(1).name(), point(1));
        Point.prototype.added = 1;
        console.log(point(1).added, Object.keys(point(1)));
        Object.defineProperty(Point.prototype, "x", { set(value) { console.log("set", value); }, configurable: true });
        console.log(point(2).x, Object.keys(point(2)));
        Object.setPrototypeOf(Far.prototype, Other.prototype);
        console.log(far(1).name(), far(1) instanceof Base, far(1) instanceof Other);
      `,
    },
    warm: { hits: { point: 8, far: 2 } },
  }),

  program("a class that inherits from another one than its source says", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class First { name() { return "first"; } static make() { return "one"; } }
        class Second { name() { return "second"; } static make() { return "two"; } }
        class Late extends First {}
        class Early extends First {}
        // Without a guard: the key of a call would have the class as it was before.
        function become() { const [from, to] = arguments; Object.setPrototypeOf(from, to); Object.setPrototypeOf(from.prototype, to.prototype); }
        if (process.argv[2]) become(Early, Second);
        function late(n) { burn(n); return new Late().name() + Late.make(); }
        function early(n) { burn(n); return new Early().name() + Early.make(); }
        console.log(early(1), late(1));
        become(Late, Second);
        console.log(early(1), late(1));
      `,
    },
    cold: { misses: { early: 1, late: 1 }, hits: { early: 1, late: 0 } },
    warm: { hits: { early: 2, late: 1 } },
    after: [
      { label: "from the start", args: ["early"], misses: { early: 1 }, hits: { early: 1, late: 1 } },
      { label: "again", args: ["early"], hits: { early: 2, late: 1 } },
      { label: "as at first", hits: { early: 2, late: 1 } },
    ],
  }),

  program("classes of arguments", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { Circle, Square } from "./shapes.mjs";
        function copy(shape) { return new shape.constructor(shape.size + (burn(1) % 10)); }
        function split(shape) { burn(2); return shape.halves(); }
        for (let round = 0; round < 2; round++) {
          console.log(copy(new Circle(1)), copy(new Square(1)), copy(new Circle(1)) instanceof Circle);
          const halves = split(new Square(4));
          console.log(halves, halves.every((half) => half.constructor.name === "Half" && half.area() === 8));
        }
      `,
      "shapes.mjs": `
        import { Half } from "./half.mjs";
        export class Circle { constructor(size) { this.size = size; } }
        export class Square {
          constructor(size) { this.size = size; }
          halves() { return [new Half(this.size, 2), new Half(this.size, 2)]; }
        }
      `,
      "half.mjs": `
        export class Half {
          constructor(a, b) { this.a = a; this.b = b; }
          area() { return this.a * this.b; }
        }
      `,
    },
    cold: { misses: { split: 1 }, hits: { split: 1 } },
    warm: { hits: { split: 2 }, misses: { split: 0 } },
    after: [
      {
        label: "a class behind the class of the argument edited",
        edit: { "half.mjs": (text) => text.replace("this.a * this.b", "1 * this.a * this.b") },
        misses: { split: 1 },
      },
    ],
  }),

  program("one module that was loaded twice has two classes", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const one = require("./shapes.cjs");
        delete require.cache[require.resolve("./shapes.cjs")];
        const two = require("./shapes.cjs");
        for (let round = 0; round < 2; round++) {
          console.log(one.make(1) instanceof one.Point, one.make(1) instanceof two.Point);
          console.log(two.make(1) instanceof one.Point, two.make(1) instanceof two.Point, two.make(1).x);
        }
      `,
      "shapes.cjs": `
        const { burn } = require("./burn.cjs");
        class Point { constructor(x) { this.x = x; } }
        function make(n) { return new Point(burn(n) % 10); }
        module.exports = { Point, make };
      `,
    },
    cold: { misses: { make: 1 } },
    warm: { hits: { make: 10 }, misses: { make: 0 } },
  }),

  program("arguments that are changed deep inside, or by a later step", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function deep(tree) { burn(1); tree.left.items[0].map.get("k").push(1); return tree.left.items.length; }
        function returned(tree) { burn(2); const { left } = tree; left.seen = true; return left; }
        async function late(box) { burn(3); await null; await null; box.n++; return [box]; }
        async function after(box) { burn(4); Promise.resolve().then(() => { box.n += 10; }); return { box }; }
        async function between(box) { burn(5); box.n += 1; await null; box.n -= 1; return box; }
        for (let round = 0; round < 2; round++) {
          const tree = { left: { items: [{ map: new Map([["k", []]]) }] } }, box = { n: 0 };
          console.log(deep(tree), tree.left.items[0].map.get("k"), returned(tree) === tree.left, tree.left.seen);
          console.log((await late(box))[0] === box, box.n, (await after(box)).box === box, box.n);
          await null;
          console.log(box.n, (await between(box)) === box, box.n);
        }
      `,
    },
    after: [{ label: "once more", hits: { deep: 2, returned: 2 } }],
    refuses: { late: /waited/, after: /./ },
  }),

  program("results that are changed by what their call left behind", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { elsewhere } from "./late.mjs";
        async function fill(box) { await null; await null; box.n = "filled"; }
        function dropped(n) { burn(n); const box = { n }; Promise.resolve().then(() => { box.n = "late"; }); return box; }
        function called(n) { burn(n); const box = { n }; fill(box); return [box]; }
        async function inner(n) { burn(n); const box = { n }; (async () => { await null; await null; await null; box.n = "inner"; })(); return box; }
        async function imported(n) { burn(n); const box = { n }; elsewhere(box); return box; }
        async function waited(n) { burn(n); const box = { n }; await fill(box); return box; }
        function unchanged(n) { burn(n); const box = { n }; fill({}); return box; }
        for (let round = 0; round < 2; round++) {
          const all = [dropped(1), dropped(1), called(2), called(2), await inner(3), await imported(4), await waited(5), unchanged(6)];
          console.log(JSON.stringify(all));
          await new Promise(setImmediate);
          console.log(JSON.stringify(all));
          all[6].n = "changed";
        }
      `,
      "late.mjs": `
        export async function elsewhere(box) {
          for (let i = 0; i < 60; i++) await null;
          box.n = "elsewhere";
        }
      `,
    },
    cold: { misses: { waited: 1 }, hits: { waited: 1 } },
    warm: { hits: { waited: 2 } },
    refuses: {
      dropped: /changes its result|nobody waits for/,
      called: /changes its result|nobody waits for/,
      inner: /changes its result|nobody waits for/,
      imported: /changes its result|nobody waits for/,
      unchanged: /nobody waits for/,
    },
  }),

  program("the texts of a template are the same array at each call", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const texts = (strings) => strings;
        const raws = (strings) => ({ raw: strings.raw });
        function template(n) { burn(n); return texts\`a\${n}b\`; }
        function raw(n) { burn(n); return raws\`a\${n}b\`; }
        function list(n) { burn(n); return Object.freeze(["a", String(n)]); }
        const known = new WeakSet();
        for (let round = 0; round < 2; round++) {
          console.log(template(1) === template(1), known.has(template(1)), raw(1).raw === raw(1).raw, list(1) === list(1));
          known.add(template(1));
        }
      `,
    },
    cold: { misses: { list: 1 } },
    warm: { hits: { list: 4 } },
    refuses: { template: /template/, raw: /template/ },
  }),

  program("objects that are Node's own", {
    files: {
      "main.mjs": `
        import { constants } from "node:buffer";
        import { constants as codes } from "node:zlib";
        import { burn } from "./burn.mjs";
        function versions(n) { burn(n); return process.versions; }
        function release(n) { burn(n); return { release: process.release }; }
        function zlib(n) { burn(n); return [codes]; }
        function limits(n) { burn(n); return constants; }
        function matched(n) { burn(n); return "a1b2".match(/(?<letter>[a-z])(\\d)/); }
        for (let round = 0; round < 2; round++) {
          console.log(versions(1) === process.versions, release(1).release === process.release, limits(1) === constants, zlib(1)[0] === codes);
          console.log(matched(1), matched(1).groups.letter, matched(1).index);
        }
      `,
    },
    cold: {
      misses: { matched: 1, versions: 1, release: 1, zlib: 1, limits: 1 },
      hits: { versions: 1, release: 1, zlib: 1, limits: 1 },
    },
    warm: { hits: { matched: 6, versions: 2, release: 2, zlib: 2, limits: 2 } },
  }),

  program("instances of a class that has side effects when it is made", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let made = 0;
        class Counted { constructor() { this.id = ++made; } }
        class Registered { static all = []; constructor() { Registered.all.push(this); } }
        class Setters { set x(value) { this.hidden = value * 2; } get x() { return this.hidden; } constructor(x) { this.x = x; } }
        function counted(n) { burn(n); return new Counted(); }
        function registered(n) { burn(n); return new Registered(); }
        function setters(n) { return new Setters(burn(n) % 10); }
        for (let round = 0; round < 2; round++) {
          console.log(counted(1).id, made, Registered.all.includes(registered(1)), Registered.all.length, setters(1).x, setters(1));
        }
      `,
    },
    cold: { misses: { setters: 1 } },
    warm: { hits: { setters: 4, registered: 1, counted: 1 } },
  }),
];
