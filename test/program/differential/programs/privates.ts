/**
 * Private members of instances: in the key, in what a call changes, and where they are refused. What the rewrite puts into the body of a
 * class must not show.
 */
import { type Program, program } from "../program.ts";

export const programs: readonly Program[] = [
  program("private fields are in the key: values, identity and cycles", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Box {
          #x; y = 1; #z = { n: 1 };
          constructor(x, z) { this.#x = x; if (z) this.#z = z; }
          get x() { return this.#x; }
          same(other) { return [this.#x === other.#x, this.#z === other.#z]; }
        }
        function look(box) { burn(1); return String(box.x); }
        function pair(a, b) { burn(2); return a.same(b); }
        function loop(box) { burn(3); return box.x === box; }
        const shared = { n: 1 };
        console.log(look(new Box(1)), look(new Box(2)), look(new Box("1")), look(new Box(1)));
        console.log(pair(new Box(shared, shared), new Box(shared, shared)), pair(new Box({ n: 1 }, shared), new Box({ n: 1 }, shared)));
        console.log(pair(new Box(1), new Box(1)), pair(new Box(0), new Box(-0)));
        const ring = [];
        const box = new Box(ring); ring.push(box);
        class Own { #me; constructor(is) { this.#me = is ? this : null; } get x() { return this.#me; } }
        console.log(loop(new Own(true)), loop(new Own(false)), look(box));
      `,
    },
    cold: { misses: { look: 4, pair: 4, loop: 2 }, hits: { look: 1 } },
    warm: { hits: { look: 5, pair: 4, loop: 2 } },
  }),

  program("private fields by which nothing else differs, from run to run", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Rate { #of = 1; get of() { return this.#of; } set of(to) { this.#of = to; } times(n) { return (burn(n) % 100) * this.#of; } }
        const rate = new Rate();
        function state(n) { return (burn(n) % 100) * rate.of; }
        console.log(rate.times(1), state(1));
      `,
    },
    memo: { "Rate.times": 1, state: 1 },
    after: [
      {
        label: "another initial value is other code",
        edit: { "main.mjs": (text) => text.replace("#of = 1", "#of = 3") },
        misses: { "Rate.times": 1, state: 1 },
      },
      {
        label: "another value",
        edit: { "main.mjs": (text) => text.replace("new Rate();", "new Rate(); rate.of = 5;") },
        misses: { "Rate.times": 1, state: 1 },
      },
      {
        label: "and back",
        edit: { "main.mjs": (text) => text.replace("rate.of = 5;", "") },
        hits: { "Rate.times": 1, state: 1 },
      },
    ],
  }),

  program("what a call changes of private fields is done again", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Count {
          #n = 0; #list = []; #last; out = null;
          add(k) { this.#n += burn(k) % 10; this.#list.push(k); this.#last = this.#list; return this; }
          point(k) { this.#last = { k: burn(k) % 10, of: this }; }
          grow(k) { this.#n = burn(k); this.out = k; this.extra = k; Object.freeze(this); return this.#n; }
          again(k) { this.#n = burn(k) % 7; return this.#last; }
          show() { return [this.#n, this.#list.join(), this.#last === this.#list, this.#last?.of === this, this.#last?.k, Object.keys(this), Object.isFrozen(this)]; }
        }
        function fill(count, k) { for (const one of [k, k + 1]) count.add(burn(one)); }
        const a = new Count(), list = [], other = new Count();
        console.log(a.add(1) === a, a.show());
        console.log(a.add(1) === a, a.show());
        console.log(a.add(2) === a, a.show());
        a.point(1); a.point(2); console.log(a.show());
        fill(other, 1); fill(other, 2); fill(other, 3); console.log(other.show());
        console.log(a.grow(3), a.show());
        const b = new Count(); console.log(b.grow(3), b.show(), b.again(4), b.show(), b.again(5), b.show());
      `,
    },
    // The first call that is found to change something is not kept.
    warm: { hits: { "Count.add": 3, "Count.point": 2, fill: 3, "Count.grow": 2, "Count.again": 2 } },
    cold: { hits: {} },
    after: [
      {
        label: "the third run",
        hits: { "Count.add": 3, "Count.point": 2, fill: 3, "Count.grow": 2, "Count.again": 2 },
      },
    ],
  }),

  program("private methods and accessors are code of the class", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Meter {
          #n;
          constructor(n) { this.#n = n; }
          #twice() { return this.#n * 2; }
          get #half() { return this.#n / 2; }
          set #half(to) { this.#n = to * 2; }
          run(k) { return [burn(k) % 10, this.#twice(), this.#half]; }
          turn(k) { this.#half = burn(k) % 10; return this.#n; }
        }
        class Bare { #only() { return "only"; } run(k) { return [burn(k), this.#only()]; } }
        class Seen { get #x() { return 1; } static has(o) { return #x in o; } }
        function has(o, k) { burn(k); return Seen.has(o); }
        const meter = new Meter(4);
        console.log(meter.run(1), new Meter(5).run(1), new Bare().run(1));
        console.log(has(new Seen(), 1), has(Object.create(Seen.prototype), 1), has({}, 1));
        console.log(meter.turn(1), meter.turn(2), meter.run(1));
      `,
    },
    warm: { hits: { "Meter.run": 3, "Bare.run": 1, has: 3, "Meter.turn": 2 } },
    cold: { misses: { "Meter.run": 3, "Bare.run": 1, has: 3 } },
    after: [
      {
        label: "another private method",
        edit: { "main.mjs": (text) => text.replace("this.#n * 2;", "this.#n * 3;") },
        misses: { "Meter.run": 3 },
        hits: { "Bare.run": 1, has: 3 },
      },
    ],
  }),

  program("what was put on a private method is seen by nobody", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Tool {
          #work() { return 1; }
          mark(n) { this.#work.n = n; return this; }
          read(k) { return [burn(k) % 10, this.#work.n]; }
          later(k) { burn(k); this.#work.n = k; return k; }
        }
        function outside(tool, k) { burn(k); return tool; }
        console.log(new Tool().mark(1).read(1), new Tool().mark(2).read(1));
        class Late { #work() {} later(k) { burn(k); this.#work.n = k; return this.#work.n; } }
        console.log(new Late().later(1), new Late().later(2));
      `,
    },
    refuses: { "Tool.read": /private methods were changed/, "Late.later": /private methods were changed/ },
  }),

  program("static private fields are refused, static private methods are not", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Kept { static #count = 0; #n = 1; run(k) { return burn(k) + this.#n + Kept.#count++; } }
        class Free { static #step(k) { return burn(k) % 10; } #n = 1; run(k) { return Free.#step(k) + this.#n; } }
        console.log(new Kept().run(1), new Kept().run(1), new Free().run(1));
      `,
    },
    cold: { refused: { "Kept.run": /private static/ }, misses: { "Free.run": 1 } },
    warm: { refused: { "Kept.run": /private static/ }, hits: { "Free.run": 1 } },
  }),

  program("private names in nested classes, shadowed and not", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Outer {
          #x; #y = 1;
          constructor(x) { this.#x = x; }
          static Inner = class {
            #x;
            constructor(outer, x) { this.outer = outer; this.#x = x; }
            sum(k) { return [burn(k) % 10, this.#x, this.outer.#y, this.outer.get()]; }
          };
          set(y) { this.#y = y; return this; }
          get() { return this.#x; }
        }
        const { Inner } = Outer;
        for (const [outer, inner] of [[1, 2], [1, 3], [4, 2], [1, 2]]) console.log(new Inner(new Outer(outer), inner).sum(1));
        console.log(new Inner(new Outer(1).set(5), 2).sum(1));
        function sum(inner, k) { burn(k); return inner.sum(1); }
        console.log(sum(new Inner(new Outer(1), 2), 1), sum(new Inner(new Outer(1).set(6), 2), 1));
      `,
    },
    memo: { sum: 2 },
  }),

  program("each evaluation of a class has private names of its own", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const make = (by) => class { #n = 1; set(n) { this.#n = n; return this; } run(k) { return [burn(k) % 10, this.#n * by]; } is(o) { return #n in o; } };
        const [Two, Three] = [make(2), make(3)];
        const classes = [];
        for (let i = 0; i < 3; i++) classes.push(class Each { #i = i; #more = []; get(k) { return [this.#i, this.#more]; } });
        function call(o, k) { burn(k); return o.run(k); }
        function get(o, k) { burn(k); return o.get(k); }
        function is(a, b, k) { burn(k); return [a.is(a), a.is(b), b.is(a)]; }
        console.log(call(new Two(), 1), call(new Three(), 1), call(new Two().set(4), 1), call(new Two().set(4), 1));
        for (const Each of classes) console.log(get(new Each(), 1));
        console.log(get(new classes[1](), 1));
        console.log(is(new Two(), new Two(), 1), is(new Two(), new Three(), 1));
        const Anonymous = (() => class { #v; constructor(v) { this.#v = v; } get v() { return this.#v; } })();
        function read(o, k) { burn(k); return o.v; }
        console.log(read(new Anonymous(1), 1), read(new Anonymous(2), 1), Anonymous.name, make(1).name);
      `,
    },
    cold: { misses: { call: 3, get: 3, is: 2, read: 2 }, hits: { call: 1, get: 1 } },
    warm: { hits: { call: 4, get: 4, is: 2, read: 2 } },
  }),

  program("base and derived classes each have their private members", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Base { #a = 1; #m() { return this.#a; } set a(a) { this.#a = a; } base(k) { return [burn(k) % 10, this.#m()]; } }
        class Middle extends Base { middle = 1; }
        class Derived extends Middle { #a = 2; #b = []; set b(b) { this.#b = b; } both(k) { return [burn(k) % 10, this.#a, this.#b, this.base(k)]; } put(k) { this.a = burn(k) % 5; this.b = [k]; } }
        class Wrong extends Error { #code; constructor(code) { super("no"); this.#code = code; delete this.stack; } tell(k) { return [burn(k) % 10, this.#code, this.message]; } }
        const with_ = (change) => { const made = new Derived(); change?.(made); return made; };
        console.log(with_().both(1), with_((d) => { d.a = 7; }).both(1), with_((d) => { d.b = [1]; }).both(1), with_().both(1));
        console.log(with_().base(2), with_((d) => { d.b = 1; }).base(2), new Base().base(2));
        const one = with_(); one.put(1); one.put(2); console.log(one.both(3));
        console.log(new Wrong(1).tell(1), new Wrong(2).tell(1));
      `,
    },
    cold: { misses: { "Derived.both": 4, "Wrong.tell": 2 }, hits: { "Derived.both": 1 } },
    warm: { hits: { "Derived.both": 5, "Derived.put": 2, "Wrong.tell": 2 } },
  }),

  program("objects that bear private members of a class that is not theirs", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Secret { #x; constructor(x) { this.#x = x; } static read(o) { return o.#x; } static reader() { return (o) => o.#x; } static has(o) { return #x in o; } }
        const plain = (x) => Object.setPrototypeOf(new Secret(x), Object.prototype);
        function read(o, k) { burn(k); return Secret.read(o); }
        console.log(read(plain(1), 1), read(plain(2), 1));
        const reader = Secret.reader();
        function closure(o, k) { burn(k); return reader(o); }
        console.log(closure(plain(1), 1), closure(plain(2), 1));
        class Other { #x = 1; get x() { return this.#x; } }
        function among(list, k) { burn(k); return list.map((o) => Secret.read(o)); }
        console.log(among([new Secret(1), Object.setPrototypeOf(new Secret(1), Other.prototype)], 1));
        console.log(among([new Secret(1), Object.setPrototypeOf(new Secret(2), Other.prototype)], 1));
        function inherited(o, k) { burn(k); return Secret.read(Object.getPrototypeOf(o)); }
        console.log(inherited(Object.create(new Secret(1)), 1), inherited(Object.create(new Secret(2)), 1));
        function both(o, a, k) { burn(k); return Secret.read(a); }
        for (const x of [1, 2]) { const a = new Secret(x); console.log(both(Object.create(a), a, 1)); }
        function frozen(o, k) { burn(k); return Secret.has(o); }
        console.log(frozen({}, 1), frozen(new Secret(1), 1));
      `,
    },
    cold: {
      refused: {
        read: /another class/,
        closure: /another class/,
        among: /another class/,
        inherited: /another class/,
        both: /another class/,
      },
      misses: { frozen: 2 },
    },
    warm: {
      refused: {
        read: /another class/,
        closure: /another class/,
        among: /another class/,
        inherited: /another class/,
        both: /another class/,
      },
      hits: { frozen: 2 },
    },
  }),

  program("a base class that returns another object", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Give { constructor(o) { return o; } }
        class Stamp extends Give { #mark = 1; static read(o) { return #mark in o && o.#mark; } static set(o, to) { o.#mark = to; } static reader() { return (o) => #mark in o && o.#mark; } }
        const one = {}, two = {};
        new Stamp(one); Stamp.set(one, 5);
        function read(o, k) { burn(k); return Stamp.read(o); }
        console.log(read(one, 1), read(two, 1)); new Stamp(two); console.log(read(two, 1));
        const reader = Stamp.reader();
        function closure(o, k) { burn(k); return reader(o); }
        console.log(closure(one, 1), closure(two, 1)); Stamp.set(two, 9); console.log(closure(two, 1));
        function stamp(o, k) { burn(k); new Stamp(o); return k; }
        const three = {}; console.log(stamp(three, 1), Stamp.read(three));
      `,
    },
    refuses: { read: /base class/, closure: /another class/, stamp: /base class/ },
  }),

  program("instances whose constructor has not ended", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function early(o, k) { burn(k); return [Half.has(o), Whole.has(o), o.out === undefined]; }
        class Base { constructor(look) { if (look) this.seen = early(this, 1); } }
        class Whole extends Base { #a = 1; static has(o) { return #a in o; } }
        class Half { #a = 1; #b = this.step(); static fails = false; step() { if (Half.fails) throw { half: this }; return look(this, 2); } static has(o) { return [#a in o, #b in o]; } }
        function look(o, k) { burn(k); return Half.has(o); }
        const { seen } = new Whole(true); console.log(seen);
        new Half();
        Half.fails = true; let half; try { new Half(); } catch (thrown) { ({ half } = thrown); }
        console.log(Half.has(half));
        function after(o, k) { burn(k); return Half.has(o); }
        console.log(look(half, 1));
        console.log(after(Object.create(Half.prototype), 1), after(Object.create(Whole.prototype), 1));
      `,
    },
    cold: { refused: { look: /has not put all private members/ }, misses: { after: 2, early: 1 } },
    warm: { refused: { look: /has not put all private members/ }, hits: { after: 2, early: 1 } },
  }),

  program("fields that hold undefined, and objects that have none", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Maybe { #x; #y = undefined; set(x) { this.#x = x; return this; } static look(o) { return #x in o ? [o.#x, o.#y] : "none"; } }
        function look(o, k) { burn(k); return Maybe.look(o); }
        const bare = Object.create(Maybe.prototype);
        console.log(look(new Maybe(), 1), look(bare, 1), look(new Maybe().set(null), 1), look(Maybe.prototype, 1), look(new Maybe(), 1));
        const many = Array.from({ length: 6000 }, (_, i) => (i % 3 === 0 ? Object.create(Maybe.prototype) : new Maybe().set(i % 5)));
        function count(list) { let n = 0; for (const one of list) { const found = Maybe.look(one); n = (n * 31 + (found === "none" ? 7 : Number(found[0]))) % 1000003; } for (let i = 0; i < 50; i++) burn(i); return n; }
        console.log(count(many));
        many[4001].set(77); console.log(count(many));
        many[4002] = new Maybe(); console.log(count(many));
        many[4003] = bare; console.log(count(many));
      `,
    },
    cold: { misses: { look: 4, count: 4 }, hits: { look: 1 } },
    warm: { hits: { look: 5, count: 4 } },
  }),

  program("many instances that a call changes", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Cell { #n; constructor(n) { this.#n = n; } set(n) { this.#n = n; return this; } get n() { return this.#n; } }
        const make = () => Array.from({ length: 5000 }, (_, i) => (i % 7 === 3 ? Object.create(Cell.prototype) : new Cell(i)));
        function bump(list, k) { for (let i = 0; i < 60; i++) burn(i); for (let i = 1; i < 5000; i += 1000) list[i].set(list[i].n + k); return list[1]; }
        const sum = (list) => list.reduce((to, one, i) => (i % 7 === 3 ? to : (to * 31 + one.n) % 1000003), 0);
        const list = make(), other = make();
        console.log(bump(list, 1) === list[1], sum(list), bump(list, 2) === list[1], sum(list), bump(list, 3).n, sum(list));
        console.log(bump(other, 1) === other[1], sum(other), bump(other, 5).n, sum(other));
      `,
    },
    // What a cold run finds first is not kept, and what was kept by then may be too little to be worth it.
    warm: { hitsAtLeast: { bump: 2 } },
    cold: { hits: {} },
  }),

  program("a large state that stays the same, and then changes in one private field", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Part { #n; constructor(n) { this.#n = n; } set(n) { this.#n = n; } get n() { return this.#n; } static of(o) { return #n in o ? o.#n : "none"; } }
        const parts = Array.from({ length: 60 }, (_, i) => new Part(i));
        const names = parts.map((part, i) => ({ name: "part " + i, at: [i], part }));
        function look(k) { let sum = burn(k) % 10; for (const { part } of names) sum = (sum * 31 + part.n) % 1000003; return sum; }
        function given(part, k) { burn(k); return [Part.of(part), names.length, names[0].part === part]; }
        for (let k = 0; k < 8; k++) console.log(look(k));
        names[40].part.set(-1); console.log(look(1)); for (let k = 0; k < 8; k++) console.log(look(k));
        names[3].part.set("3"); console.log(look(1), look(1)); names[3].part.set(3); console.log(look(1));
        for (let k = 0; k < 4; k++) console.log(given(parts[0], k), given(new Part(k), k), given(parts[1], k));
        const stray = Object.setPrototypeOf(new Part(5), Object.prototype);
        function strays(o, k) { burn(k); return [Part.of(o), names.length]; }
        for (let k = 0; k < 4; k++) console.log(strays(parts[0], k));
        console.log(strays(stray, 1));
      `,
    },
    cold: { misses: { look: 17, given: 12, strays: 4 }, hits: { look: 3 }, refused: { strays: /another class/ } },
    warm: { hits: { look: 20, given: 12, strays: 4 } },
  }),

  program("proxies have no private members, and are not looked at", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Secret { #x = 1; static has(o) { return #x in o; } get x() { return this.#x; } }
        const trap = new Proxy({}, { get(_, name) { return () => { console.log("ran", name); return undefined; }; } });
        const proxy = new Proxy(new Secret(), trap);
        function has(o, k) { burn(k); return Secret.has(o); }
        function inner(list, k) { burn(k); return list.length; }
        console.log(has(proxy, 1), has(new Secret(), 1));
        const over = Object.setPrototypeOf(new Secret(), new Proxy(Secret.prototype, trap));
        console.log(inner([over], 1), has(over, 1));
      `,
    },
    cold: { refused: { has: /Proxy/, inner: /Proxy/ } },
    warm: { hits: { has: 1 }, refused: { inner: /Proxy/ } },
  }),

  program("results with private members: those of the key come back, new ones are refused", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Value { #v; constructor(v) { this.#v = v; } get v() { return this.#v; } self(k) { burn(k); return this; } wrap(k) { return { it: this, k: burn(k) % 10, all: [this] }; } static read(o) { return o.#v; } put(to, k) { burn(k); this.#v = to; } }
        function fresh(k) { return new Value(burn(k) % 10); }
        function bare(k) { return Object.setPrototypeOf(new Value(burn(k) % 10), null); }
        function plain(k) { return { in: Object.setPrototypeOf(new Value(burn(k) % 10), Object.getPrototypeOf({})) }; }
        class Row extends Array { #n = 1; static read(o) { return o.#n; } }
        function row(k) { burn(k); const made = new Row(); made.push(k); return [Object.setPrototypeOf(made, Object.getPrototypeOf([]))]; }
        function given(list, k) { burn(k); return Row.read(list); }
        console.log(Value.read(plain(1).in), Row.read(row(1)[0]), given(row(2)[0], 1));
        function keep(v, list, k) { burn(k); list.push(v); return list; }
        const value = new Value(3), list = [];
        console.log(value.self(1) === value, value.wrap(1).it === value, value.wrap(1).all[0].v);
        console.log(fresh(1).v, Value.read(bare(1)));
        console.log(keep(value, list, 1) === list, keep(value, list, 1)[0] === value, list.length, list[1].v);
        const inner = new Value(4); inner.put(value, 1); inner.put([inner, value], 2); console.log(inner.v[0] === inner, inner.v[1] === value);
        inner.put(new Value(5), 3); console.log(inner.v.v);
        function plant(v, k) { burn(k); v.put(new Value(k), k); }
        plant(inner, 6); plant(inner, 7); console.log(inner.v.v);
      `,
    },
    cold: {
      refused: {
        fresh: /only its/,
        bare: /private/,
        plain: /private/,
        row: /private/,
        given: /another class/,
        plant: /only its/,
      },
    },
    warm: {
      hits: { "Value.self": 1, "Value.wrap": 2, keep: 1 },
      refused: {
        fresh: /only its/,
        bare: /private/,
        plain: /private/,
        row: /private/,
        given: /another class/,
        plant: /only its/,
      },
    },
  }),

  program("what hands over private members does not show", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { inspect } from "node:util";
        const log = [];
        const A = class { static { log.push("block", this.name, Object.getOwnPropertyNames(this).join()); } static one = log.push("one"); #x = 1; static #y = log.push("y"); static { log.push("second"); } #m() {} [(log.push("key"), "k")]() { return this.#x; } static name = "own"; };
        class B extends A { #z = log.push("z"); static { log.push(this.name); } }
        class/* a */C/* b */{/* c */#q=1;get q(){return this.#q}}class D{#r;r(){return this.#r}}
        const anonymous = (() => class { #a })();
        const named = { of: class { #b }, ["it"]: class { #c } };
        console.log(log.join());
        for (const one of [A, B, C, D, anonymous, named.of, named.it, C.prototype.constructor]) console.log(one.toString(), one.name, Reflect.ownKeys(one), Reflect.ownKeys(one.prototype), inspect(one), inspect(new one()));
        console.log(Object.getOwnPropertyDescriptor(anonymous, "name"), String(A.prototype.k), Function.prototype.toString.call(D));
        const escaped = {}; try { (class { static a = (escaped.made = this); #e = 1; static b = (() => { throw new Error("in the body"); })(); static read(o) { return o.#e; } }); } catch (error) { console.log(error.message); }
        function read(o, k) { burn(k); return escaped.made.read(o); }
        console.log(read(new escaped.made(), 1));
        function work(o, k) { burn(k); return o.q; }
        console.log(work(new C(), 1));
        console.log(new Error("line").stack.split("\\n")[1].replace(/.*main/, "main").replace(/:\\d+\\)?$/, ""));
        const again = (0, eval)("(" + String(D) + ")"); console.log(new again().r());
        class N extends null { #n; static x = 1; } console.log(N.x);
      `,
    },
    memo: { read: 1, work: 1 },
  }),

  program("a class that was made before its module had its prologue", {
    files: {
      "main.mjs": `import { early } from "./later.mjs"; import { burn } from "./burn.mjs"; function look(o, k) { burn(k); return o.x; } console.log(look(early, 1), look(early, 1));`,
      "later.mjs": `import { helper } from "./cycle.mjs"; export function make() { return class Late { #x = 1; get x() { return this.#x; } }; } export const early = helper;`,
      "cycle.mjs": `import { make } from "./later.mjs"; export const helper = new (make())();`,
    },
    refuses: { look: /Late, whose private members cannot be read/ },
  }),

  program("weak collections beside private fields and private methods", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const known = new WeakMap();
        class Field { #x = {}; set() { known.set(this.#x, 1); return this; } ask(k) { return [burn(k) % 10, known.get(this.#x)]; } }
        class Method { #m() {} set() { known.set(this.#m, 1); return this; } ask(k) { return [burn(k) % 10, known.get(this.#m)]; } }
        class Calls { #x = {}; #ask() { return known.get(this.#x); } #all() { return [this.#ask(), this.#ask.call(this), this.#ask?.(), this.#ask.bind(this)(), [1].map((n) => n + this.#n())]; } #n() { return 1; } get #get() { return known; } set() { this.#get.set(this.#x, 2); return this; } ask(k) { return [burn(k) % 10, ...this.#all()]; } }
        class Hands { #m() {} static inner = class { set(o) { known.set(o.#m, 3); return o; } ask(o, k) { return [burn(k) % 10, known.get(o.#m)]; } }; }
        console.log(new Calls().ask(1), new Calls().set().ask(1), new Calls().ask(1));
        const hands = new Hands.inner();
        console.log(hands.ask(new Hands(), 1), hands.ask(hands.set(new Hands()), 1));
        function ask(hands, o, k) { burn(k); return hands.ask(o, k); }
        console.log(ask(hands, new Hands(), 1));
        console.log(new Field().ask(1), new Field().set().ask(1), new Field().ask(1));
        console.log(new Method().ask(1), new Method().set().ask(1), new Method().ask(1));
      `,
    },
    cold: {
      misses: { "Field.ask": 2, "Calls.ask": 2 },
      hits: { "Field.ask": 1, "Calls.ask": 1 },
      refused: { "Method.ask": /private method/, ask: /private method/ },
    },
    warm: {
      hits: { "Field.ask": 3, "Calls.ask": 3 },
      refused: { "Method.ask": /private method/, ask: /private method/ },
    },
  }),

  program("private fields that are read after a wait", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Later { #x = 1; set x(x) { this.#x = x; } async read(k) { burn(k); await null; return this.#x; } async first(k) { const x = this.#x; await null; return burn(k) + x; } async put(k) { this.#x = burn(k); await null; return k; } }
        const one = new Later();
        const result = one.read(1); one.x = 5; console.log(await result);
        console.log(await one.first(1), await new Later().first(1), await one.first(1));
        console.log(await one.put(1), await one.put(1));
      `,
    },
    refuses: { "Later.read": /after/, "Later.put": /writes to/ },
  }),

  program("private members in CommonJS, in TypeScript's text, and with names of all kinds", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        "use strict"; class First { #é; #\\u0061b = 1; #$ = 2; #_ = 3; #then = 4; constructor(e) { this.#é = e; } all(k) { return [burn(k) % 10, this.#é, this.#ab, this.#$, this.#_, this.#then]; } go(k) { this.#ab = burn(k) % 10; this.#$++; this.#then = null; return this; } }
        const { burn } = require("./burn.cjs");
        console.log(new First(1).all(1), new First(2).all(1));
        const one = new First(3); one.go(1); one.go(2); console.log(one.all(1), String(First).length);
        exports.First = First;
      `,
    },
    warm: { hits: { "First.all": 3, "First.go": 2 } },
    cold: { misses: { "First.all": 3 } },
  }),

  program("an edit of a class with private members", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Two { #a = 1; #b = 2; set(a, b) { this.#a = a; this.#b = b; return this; } sum(k) { return [burn(k) % 10, this.#a - this.#b]; } }
        console.log(new Two().set(5, 3).sum(1));
      `,
    },
    memo: { "Two.sum": 1 },
    after: [
      {
        label: "a comment",
        edit: { "main.mjs": (text) => text.replace("set(5", "/* a comment */ set(5") },
        hits: { "Two.sum": 1 },
      },
      {
        label: "fields in another order",
        edit: { "main.mjs": (text) => text.replace("#a = 1; #b = 2;", "#b = 2; #a = 1;") },
        misses: { "Two.sum": 1 },
      },
      {
        label: "a field more",
        edit: { "main.mjs": (text) => text.replace("set(", "#c; set(") },
        misses: { "Two.sum": 1 },
      },
    ],
  }),
];
