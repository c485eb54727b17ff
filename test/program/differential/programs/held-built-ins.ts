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
      // Six properties that keys hold; then what no key holds, but once; and each time as it was.
      { label: "something was put on them", args: ["changes"], hits: { looks: 13 }, misses: { looks: 6 } },
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
];
