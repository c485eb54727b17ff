/** Built-in classes, formatters and functions that code holds, and uses or not: each as it is, changed where a program can change it, and used. */
import { program } from "../program.ts";

export const programs = [
  program("classes of the language and of Node that are held, and are used or not", {
    files: {
      "kinds.cjs": `
        const AC = typeof AbortController === "function" ? AbortController : class {};
        exports.kinds = { AC, AS: globalThis.AbortSignal, Ref: WeakRef, Registry: FinalizationRegistry, Shared: SharedArrayBuffer };
        exports.AC = AC;
      `,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { AC, kinds } from "./kinds.cjs";
        let kept = null;
        class Mine extends AC { twice() { return 2; } }
        export const holds = (n) => burn(n) + Object.keys(kinds).map((k) => typeof kinds[k] + kinds[k].name + kinds[k].length).join();
        export const given = (n, o) => burn(n) + typeof o.AC + (o.AC === AC) + (o.Ref === kinds.Ref);
        export const branch = (n) => (n > 5 ? new AC().signal.aborted : burn(n));
        export const uses = (n) => {
          const { signal } = new kinds.AC(), other = new AC(), seen = [];
          other.signal.addEventListener("abort", ({ type, target }) => seen.push(type, target === other.signal, target.reason), { once: true });
          other.abort(n);
          other.abort(n + 1);
          return [burn(n), signal.aborted, new kinds.Shared(n).byteLength, other instanceof AC, ...seen];
        };
        export const throws = (n) => { burn(n); const c = new AC(); c.abort(); c.signal.throwIfAborted(); };
        export const result = (n) => ({ r: burn(n), AC, all: kinds });
        export const looks = (n) => {
          const { AC: C, AS: S, Ref, Registry, Shared } = kinds;
          const shown = [C.extra, C.prototype.extra, C.prototype.abort.extra, S.prototype.extra, Object.getPrototypeOf(S).extra, Ref.extra, Ref.prototype.extra, Registry.prototype.unregister.extra];
          return [burn(n), ...shown, Object.getOwnPropertyDescriptor(Shared.prototype, "byteLength").get.extra, Object.isExtensible(C.prototype), Object.isFrozen(Ref), Reflect.ownKeys(C).length].join();
        };
        export const made = (n) => { burn(n); return new AC(); };
        export const signals = (n) => { burn(n); return [new kinds.AC().signal]; };
        export const mine = (n) => { burn(n); return new Mine(); };
        export const refs = (n) => { burn(n); return new kinds.Ref(kinds); };
        export const puts = (n) => { kept = new AC(); return burn(n); };
        export const derefs = (n) => burn(n) + (new kinds.Ref(kinds).deref() === kinds);
        export const registers = (n) => { new kinds.Registry(() => {}).register(kinds, 1); return burn(n); };
        export const times = (n) => { kinds.AS.timeout(1e6); return burn(n); };
        export const listeners = (n) => {
          const target = new (Object.getPrototypeOf(kinds.AS))();
          for (let i = 0; i < n; i++) target.addEventListener("x", () => i);
          return burn(n);
        };
        export const fails = (n) => { const c = new AC(); c.signal.addEventListener("abort", () => { throw new Error("in a listener"); }); c.abort(); return burn(n); };
        export const hands = (n, c) => burn(n) + c.signal.aborted;
        export const isMine = (n, c) => burn(n) + c.twice();
        process.on("uncaughtException", ({ message }) => console.log("uncaught", message));
        process.on("warning", ({ name, count }) => console.log("warning", name, count));
        const show = (label, f) => { try { console.log(label, f()); } catch (e) { console.log(label, e.name, e.message, e instanceof DOMException); } };
        const all = () => {
          show("holds", () => holds(1)); show("given", () => given(1, { ...kinds })); show("branch", () => branch(1)); show("branch", () => branch(6)); show("uses", () => uses(1)); show("throws", () => throws(1));
          show("result", () => [result(1).AC === AC, result(1).all === kinds, result(1).all.Ref === kinds.Ref]); show("looks", () => looks(1));
          show("made", () => [made(1) instanceof AC, made(1).signal.aborted]); show("signals", () => signals(1)[0].aborted);
          show("mine", () => [mine(1).twice(), mine(1).signal.aborted]); show("refs", () => refs(1).deref() === kinds); show("puts", () => [puts(1), kept.signal.aborted, kept = null]);
          show("derefs", () => derefs(1)); show("registers", () => registers(1)); 
          show("listeners", () => listeners(2)); show("listeners", () => listeners(12)); show("fails", () => fails(1));
          const c = new AC(), m = new Mine();
          for (const done of [false, true]) { if (done) { c.abort(); m.abort(); } show("hands", () => hands(1, c)); show("isMine", () => isMine(1, m)); }
        };
        all();
        await new Promise((r) => setTimeout(r, 5));
        const { abort } = AC.prototype, { AbortController: Own } = globalThis;
        const { unregister } = kinds.Registry.prototype, { get } = Object.getOwnPropertyDescriptor(kinds.Shared.prototype, "byteLength");
        const extra = (holder, value) => [() => { holder.extra = value; }, () => { delete holder.extra; }];
        const changes = [
          extra(AC, 1), extra(AC.prototype, 2), extra(kinds.AS.prototype, 3), extra(EventTarget, 4), extra(kinds.Ref, 5), extra(kinds.Ref.prototype, 6),
          extra(abort, 7), extra(unregister, 8), extra(get, 9), extra(AC.prototype, burn),
          [() => { AC.prototype.abort = function (x) { console.log("mine", x); return abort.call(this, x); }; }, () => { Object.defineProperty(AC.prototype, "abort", { value: abort, enumerable: true }); }],
          [() => { globalThis.AbortController = class { constructor() { console.log("another"); } }; }, () => { globalThis.AbortController = Own; }],
          [() => Object.preventExtensions(AC.prototype), () => {}], [() => Object.freeze(kinds.Ref), () => {}],
        ];
        if (process.argv[2] === "changes") for (const [change, undo] of changes) {
          change();
          show("looks", () => looks(1)); show("uses", () => uses(1)); show("holds", () => holds(1)); show("branch", () => branch(1));
          undo();
          show("looks", () => looks(1));
        }
        if (process.argv[2] === "times") show("times", () => times(1));
      `,
    },
    flags: ["--no-warnings"],
    memo: { holds: 1, given: 1, branch: 2, uses: 1, looks: 1 },
    refuses: {
      made: /does not know/,
      signals: /does not know/,
      mine: /does not know/,
      refs: /does not know/,
      puts: /does not know/,
      derefs: /deref/,
      registers: /register/,
      fails: /nextTick/,
      hands: /AbortController/,
      isMine: /AbortController/,
    },
    warm: { hits: { holds: 1, given: 1, branch: 2, uses: 1, looks: 1, result: 3, listeners: 1 } },
    after: [
      // Seven properties that keys hold; then what no key holds; and each time as it was.
      { label: "something was put on them", args: ["changes"], hits: { looks: 13 }, misses: { looks: 7 } },
      { label: "one begins a timer", args: ["times"], refused: { times: /AbortSignal.timeout/ } },
    ],
  }),

  program("functions that open files, which code holds, and uses or not", {
    files: {
      "data.txt": "some text",
      "api.cjs": `
        const fs = require("fs");
        const own = fs.closeSync, { openSync: opener } = fs;
        exports.read = fs.readFileSync;
        exports.close = (fd) => own.call(fs, fd);
        exports.open = (path) => opener(path);
        exports.tools = { ...exports, openSync: fs.openSync, readSync: fs.readSync, closeSync: fs.closeSync, fstatSync: fs.fstatSync, stream: fs.createReadStream,
          open: fs.promises.open, lines: require("readline").createInterface, stat: fs.statSync, write: fs.writeFileSync };
      `,
      "main.mjs": `
        import fs from "node:fs";
        import { burn } from "./burn.mjs";
        import api, { tools } from "./api.cjs";
        const file = "data.txt";
        export const holds = (n) => burn(n) + Object.keys(tools).map((k) => typeof tools[k] + tools[k].name).join();
        export const given = (n, o) => burn(n) + typeof o.openSync + (o.openSync === tools.openSync) + o.openSync.extra;
        export const result = (n) => ({ r: burn(n), tools, open: tools.openSync });
        export const reads = (path) => burn(tools.read(path, "utf8").length) + typeof api.close;
        export function choose(path, options = {}) { const { readFileSync = fs.readFileSync } = options; return burn(readFileSync(path, "utf8").length); }
        export const opens = (path) => { const fd = tools.openSync(path), bytes = Buffer.alloc(4); tools.readSync(fd, bytes); tools.closeSync(fd); return burn(1) + fd * 0 + String(bytes); };
        export const leaves = (path) => { const fd = api.open(path); burn(2); api.close(fd); return typeof fd; };
        export const streams = (path) => { const stream = tools.stream(path); stream.on("error", () => {}).destroy(); return burn(3); };
        export const by = (path, o) => { const fd = o.openSync(path); o.closeSync(fd); return burn(4); };
        export async function handles(path) { const handle = await tools.open(path); await handle.close(); return burn(5); }
        export function confined(path) { const fd = fs.openSync(path), bytes = Buffer.alloc(4); fs.readSync(fd, bytes, 0, 4, 0); fs.closeSync(fd); return burn(bytes[0]); }
        export const both = (path) => { const r = confined(path); return burn(r) + typeof tools.openSync + Object.keys(tools).length; };
        const all = async () => {
          const { tools: same, open } = result(1);
          console.log(holds(1), given(1, tools), same === tools, open === fs.openSync, reads(file), choose(file), confined(file), both(file));
          console.log(opens(file), leaves(file), streams(file), by(file, tools), await handles(file));
        };
        await all();
        await all();
        if (process.argv[2] === "changes") {
          fs.openSync.extra = 1;
          console.log(holds(1), given(1, tools), reads(file));
          delete fs.openSync.extra;
          console.log(holds(1), given(1, tools));
          const { openSync } = fs;
          fs.openSync = (path, ...rest) => { console.log("opens", path); return openSync(path, ...rest); };
          console.log(given(1, fs.openSync === openSync ? tools : { openSync: fs.openSync }), holds(1));
        }
      `,
    },
    refuses: {
      opens: /fs.openSync/,
      leaves: /fs.openSync/,
      streams: /fs.createReadStream/,
      by: /fs.openSync/,
      handles: /./,
    },
    warm: { hits: { holds: 2, given: 2, result: 2, reads: 2, choose: 2, confined: 2, both: 2 } },
    after: [
      { label: "they are changed", args: ["changes"], hits: { given: 3, reads: 3, holds: 4 }, misses: { given: 1 } },
      {
        label: "the file is another",
        edit: { "data.txt": "another text" },
        hits: { holds: 2, reads: 1, choose: 1, confined: 2, both: 1 },
      },
    ],
  }),

  program("classes of streams that code inherits from, holds, and uses or not", {
    files: {
      "kinds.cjs": `
        const Stream = require("stream");
        const { Readable, Transform } = Stream;
        const util = require("util");
        class Lines extends Readable { constructor(n) { super({ objectMode: n > 3 }); this.n = n; } _read() {} }
        class Upper extends Transform { _transform(chunk, encoding, done) { done(null, String(chunk).toUpperCase()); } }
        function Old(n) { Stream.call(this); this.n = n; }
        util.inherits(Old, Stream);
        Old.prototype.double = function () { return this.n * 2; };
        Old.sync = { parse: (text) => text.split(",").length };
        function Older() { Readable.call(this); }
        Object.setPrototypeOf(Older.prototype, Readable.prototype);
        module.exports = { Lines, Upper, Old, Older, kinds: { Stream, Readable, Lines, Old } };
      `,
      "main.mjs": `
        import Stream, { getDefaultHighWaterMark, Readable, setDefaultHighWaterMark, Writable } from "node:stream";
        import * as all from "node:stream";
        import { burn } from "./burn.mjs";
        import api from "./kinds.cjs";
        const { kinds, Lines, Old, Older, Upper } = api;
        class Sink extends Writable { #seen = 0; _write(chunk, encoding, done) { this.#seen++; done(); } }
        class Bare extends all.Duplex {}
        let kept = null;
        export const kind = (n, x) => burn(n) + [Lines, Upper, Old, Older, Bare].map((one) => x instanceof one).join() + (x instanceof Readable) + (x instanceof Stream);
        export const holds = (n) => burn(n) + Object.keys(kinds).map((k) => typeof kinds[k] + kinds[k].name).join();
        export const parse = (text) => burn(1) + Old.sync.parse(text);
        export const either = (n) => (n > 5 ? new Lines(n).n : n > 4 ? new Old(n).double() : n > 3 ? new Bare().writable : burn(n));
        export const makes = (n) => { const one = new Lines(n), old = new Old(n); return [burn(n), one.n, one.readable, one.readableHighWaterMark, old.double(), old instanceof Stream, one.listenerCount("data"), typeof kinds.Readable.from]; };
        export const given = (n, o) => burn(n) + typeof o.Readable + (o.Stream === kinds.Stream);
        export const result = (n) => ({ r: burn(n), kinds, R: kinds.Readable });
        export const looks = (n) => {
          const { Stream: S, Readable: R, Lines: L } = kinds;
          return [burn(n), S.extra, R.extra, L.extra, R.prototype.extra, R.prototype.push.extra, R.ReadableState.prototype.extra, Object.getPrototypeOf(S).extra, Object.getPrototypeOf(S.prototype).extra, S.Transform.prototype.extra].join();
        };
        export const hidden = (n) => burn(n) + typeof Sink + (n > 5 ? new Sink().writable : 1);
        const uses = {
          push: (n) => { const one = new Lines(n); one.push("x"); return burn(n); },
          read: (n) => { const one = new Lines(n); one.read(); return burn(n) + one.readableLength; },
          data: (n) => { const one = new Lines(n); one.on("data", () => {}); return burn(n); },
          write: (n) => { const one = new Upper(); one.write("x"); return burn(n); },
          end: (n) => { const one = new Upper(); one.end(); return burn(n); },
          destroy: (n) => { const one = new Lines(n); one.destroy(); return burn(n); },
          pipe: (n) => { const one = new Lines(n); one.pipe(new Upper()); return burn(n); },
          from: (n) => { const one = Readable.from([n]); one.on("data", (x) => console.log("item", x)); return burn(n); },
          legacy: (n) => { const one = new Old(n), seen = []; one.on("x", (x) => seen.push(x)); one.emit("x", n); return burn(n) + seen.join(); },
          cork: (n) => { const one = new Bare(); one.cork(); one.uncork(); return burn(n) + one.writableCorked; },
          sets: (n) => { const one = new Lines(n); one.setEncoding("utf8"); return burn(n) + one.readableEncoding + one.isPaused(); },
          many: (n) => { const one = new Old(n); for (let i = 0; i < 12; i++) one.on("x", () => i); return burn(n); },
          most: (n) => { kinds.Stream.setDefaultHighWaterMark(true, 16); return burn(n); },
          limits: (n) => { const S = kinds.Stream; S.defaultMaxListeners = 19 + n; const r = burn(n); return r + S.defaultMaxListeners; },
          gives: (n) => { burn(n); return new Old(n); },
          stream: (n) => { burn(n); return [new Lines(n)]; },
          keeps: (n) => { kept = new Old(n); return burn(n); },
          asks: (n) => burn(n) + new Lines(n).errored + Stream.isReadable(new Lines(n)) + Stream.isErrored(new Old(n)),
          iterates: (n) => { const one = new Lines(n)[Symbol.asyncIterator](); return burn(n) + typeof one.next; },
          fails: (n) => { const one = new Old(n); one.emit("error", new Error("nobody listens")); return burn(n); },
        };
        export const { push, read, data, write, end, destroy, pipe, from, legacy, cork, sets, many, most, limits, gives, stream, keeps, asks, iterates, fails } = uses;
        export const hands = (n, one) => burn(n) + one.n + (one.readableLength ?? 0);
        process.on("warning", ({ name }) => console.log("warning", name));
        const show = (label, f) => { try { console.log(label, f()); } catch (e) { console.log(label, e.name, e.message); } };
        const run = () => {
          show("kind", () => kind(1, null)); show("holds", () => holds(1)); show("parse", () => parse("a,b")); for (const n of [1, 4, 5, 6]) show("either", () => either(n));
          show("makes", () => makes(1)); show("makes", () => makes(4)); show("given", () => given(1, { Stream, Readable })); show("result", () => [result(1).kinds === kinds, result(1).R === Readable]);
          show("looks", () => looks(1)); show("hidden", () => hidden(1));
          for (const name of Object.keys(uses)) {
            show(name, () => { const got = uses[name](1); return typeof got === "object" ? got.constructor.name : got; });
            if (name === "limits") console.log(Stream.defaultMaxListeners, (Stream.defaultMaxListeners = 10));
          }
          const lines = new Lines(2), old = new Old(2);
          show("hands", () => hands(1, lines)); lines.push("abc"); show("hands", () => hands(1, lines)); show("hands", () => hands(1, old)); old.n = 5; show("hands", () => hands(1, old));
        };
        run();
        await new Promise((r) => setTimeout(r, 5));
        const { push: own } = Readable.prototype;
        const extra = (holder, value) => [() => { holder.extra = value; }, () => { delete holder.extra; }];
        const usual = getDefaultHighWaterMark(false);
        const EE = Object.getPrototypeOf(Stream);
        const changes = [
          extra(Stream, 1), extra(Readable, 2), extra(Readable.prototype, 3), extra(Readable.ReadableState.prototype, 4), extra(Stream.Transform.prototype, 5),
          extra(own, 6), extra(EE, 7), extra(EE.prototype, 8), extra(Readable, burn),
          [() => { Readable.prototype.push = function (x) { console.log("mine", x); return own.call(this, x); }; }, () => { Readable.prototype.push = own; }],
          [() => setDefaultHighWaterMark(false, 1000), () => setDefaultHighWaterMark(false, usual)],
        ];
        if (process.argv[2] === "changes") for (const [change, undo] of changes) {
          change();
          show("looks", () => looks(1)); show("makes", () => makes(1)); show("holds", () => holds(1)); show("push", () => push(1)); show("kind", () => kind(1, null));
          undo();
          show("looks", () => looks(1)); show("makes", () => makes(1));
        }
      `,
    },
    flags: ["--no-warnings"],
    memo: { parse: 1, either: 4 },
    refuses: {
      hidden: /private/,
      "uses.push": /nextTick/,
      "uses.data": /nextTick/,
      "uses.write": /write/,
      "uses.end": /end/,
      "uses.destroy": /nextTick/,
      "uses.pipe": /./,
      "uses.many": /nextTick/,
      "uses.most": /setDefaultHighWaterMark/,
      "uses.limits": /./,
      "uses.gives": /./,
      "uses.stream": /./,
      "uses.keeps": /./,
    },
    warm: { hits: { parse: 1, either: 4, kind: 1, holds: 1, makes: 2, given: 1, result: 2, looks: 1 } },
    after: [
      // Seven of the changes are in keys; others are refused; and each time all is as it was.
      {
        label: "they are changed",
        args: ["changes"],
        hits: { looks: 12, makes: 13, kind: 1 },
        misses: { looks: 7, makes: 7 },
      },
    ],
  }),
];
