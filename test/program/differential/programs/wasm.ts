/**
 * WebAssembly: its functions have no code that dumbo sees, and an instance has state in its memory and globals. Whatever
 * reaches one is refused, by each road; what only reads the file, or a memory, depends on the bytes.
 */
import { fileURLToPath } from "node:url";
import { program } from "../program.ts";

const section = (id: number, ...body: number[]) => [id, body.length, ...body];
const name = (text: string) => [text.length, ...Buffer.from(text)];

/**
 * A module with `add(a, b)`, which adds a constant, too, `next()`, which counts, and a memory `mem` that says "!" at 5. All
 * its bytes are below 128, so that it can be written as a text.
 */
function wasm(constant: number): string {
  const i32 = 0x7f;
  const add = [0, 0x20, 0, 0x20, 1, 0x6a, 0x41, constant, 0x6a, 0x0b];
  const next = [0, 0x23, 0, 0x41, 1, 0x6a, 0x24, 0, 0x23, 0, 0x0b];
  const bytes = [
    ...[0, ...Buffer.from("asm"), 1, 0, 0, 0],
    ...section(1, 2, ...[0x60, 2, i32, i32, 1, i32], ...[0x60, 0, 1, i32]),
    ...section(3, 2, 0, 1),
    ...section(5, 1, 0, 1),
    ...section(6, 1, i32, 1, 0x41, 0, 0x0b),
    ...section(7, 3, ...name("add"), 0, 0, ...name("next"), 0, 1, ...name("mem"), 2, 0),
    ...section(10, 2, add.length, ...add, next.length, ...next),
    ...section(11, 1, 0, 0x41, 5, 0x0b, 1, 0x20 + constant),
  ];
  return String.fromCharCode(...bytes);
}

const edit = { "x.wasm": () => wasm(2) };
const FUNCTION = /a function that dumbo cannot see into/;
const OBJECT = /an instance of (Instance|Memory|Module|Object|Global), a class that dumbo cannot see into/;

export const programs = [
  program("WebAssembly, by its interface for JavaScript", {
    files: {
      "x.wasm": wasm(1),
      "main.mjs": `
        import { readFileSync } from "node:fs";
        import { burn } from "./burn.mjs";
        const bytes = readFileSync(new URL("./x.wasm", import.meta.url));
        const module = new WebAssembly.Module(bytes);
        const { exports: direct } = new WebAssembly.Instance(module);
        const { add, next, mem } = (await WebAssembly.instantiate(module)).exports;
        const { instance } = await WebAssembly.instantiate(bytes);
        const view = new Uint8Array(mem.buffer);
        class Wrapper {
          constructor() { this.add = add; }
          run(n) { return burn(n) + this.add(n, 1); }
        }
        function viaExports(n) { return burn(n) + direct.add(n, 1); }
        function viaName(n) { return burn(n) + add(n, 1); }
        function viaInstance(n) { return burn(n) + instance.exports.add(n, 1); }
        function counts(n) { return burn(n) + next(); }
        function looks(n) { return burn(n) + new Uint8Array(mem.buffer)[n]; }
        function inside(n) { return burn(n) + new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.add(n, 1); }
        function passed(f, n) { return burn(n) + f(n, 2); }
        function given(what, n) { return burn(n) + typeof what; }
        function views(n) { return burn(n) + view[n]; }
        function ofBytes(n) { return burn(n) + bytes[bytes.length - 1]; }
        function reads(name) { return burn(name.length) + readFileSync(name).at(-1); }
        function none(n) { return burn(n); }
        const closure = (() => (n) => burn(n) + add(n, 5))();
        const all = () => {
          console.log(viaExports(1), viaName(1), viaInstance(1), counts(1), counts(1), looks(5), inside(1), passed(add, 1));
          console.log(passed((n) => add(n, 3), 1), passed(add.bind(null, 1), 1), passed(closure, 1), new Wrapper().run(1));
          console.log(given(module, 1), given(direct, 1), given(instance, 1), given(mem, 1), views(5), ofBytes(1), none(1));
          console.log(reads("x.wasm"));
        };
        all();
        view[5] = 77;
        all();
      `,
    },
    cold: { misses: { views: 2, ofBytes: 1, reads: 1, none: 1 }, hits: { views: 0, ofBytes: 1, reads: 1, none: 1 } },
    warm: { misses: { views: 0, ofBytes: 0, reads: 0, none: 0 }, hits: { views: 2, ofBytes: 2, reads: 2, none: 2 } },
    refuses: {
      viaExports: FUNCTION,
      viaName: FUNCTION,
      viaInstance: OBJECT,
      counts: FUNCTION,
      looks: OBJECT,
      inside: /WebAssembly/,
      passed: FUNCTION,
      given: /cannot see into/,
      "Wrapper.run": FUNCTION,
    },
    after: [
      // Its last byte is what both look at; and the memory starts with it.
      { label: "edited", edit, misses: { views: 1, ofBytes: 1, reads: 1, none: 0 }, hits: { views: 1, none: 2 } },
      { label: "edited, again", hits: { views: 2, ofBytes: 2, reads: 2, none: 2 }, misses: { views: 0 } },
    ],
  }),

  program("a package of WebAssembly", {
    files: {
      "main.mjs": `
        import xxhash from "xxhash-wasm";
        import { burn } from "./burn.mjs";
        const { h32ToString, create64 } = await xxhash();
        function hashes(text) { return burn(text.length) + h32ToString(text); }
        function streams(text) { return burn(text.length) + create64().update(text).digest().toString(16); }
        function none(text) { return burn(text.length) + text; }
        for (let i = 0; i < 2; i++) console.log(hashes("abc"), streams("abc"), none("abc"));
      `,
    },
    links: {
      "node_modules/xxhash-wasm": fileURLToPath(new URL("../../../../node_modules/xxhash-wasm", import.meta.url)),
    },
    cold: { misses: { none: 1 }, hits: { none: 1 } },
    warm: { misses: { none: 0 }, hits: { none: 2 } },
    refuses: { hashes: /cannot|WebAssembly|wasm|has not/, streams: /cannot|WebAssembly|wasm|has not/ },
  }),

  program("WebAssembly, imported", {
    node: 26,
    flags: ["--no-warnings"],
    files: {
      "x.wasm": wasm(1),
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import * as all from "./x.wasm";
        import { add, next } from "./x.wasm";
        export { add as again } from "./x.wasm";
        import { again } from "./main.mjs";
        function viaNamespace(n) { return burn(n) + all.add(n, 1); }
        function viaName(n) { return burn(n) + add(n, 1); }
        function viaExport(n) { return burn(n) + again(n, 1); }
        function counts(n) { return burn(n) + next(); }
        function looks(n) { return burn(n) + new Uint8Array(all.mem.buffer)[n]; }
        function passed(f, n) { return burn(n) + f(n, 2); }
        function given(what, n) { return burn(n) + Object.keys(what).length; }
        function none(n) { return burn(n); }
        for (let i = 0; i < 2; i++) {
          console.log(viaNamespace(1), viaName(1), viaExport(1), counts(1), counts(1), looks(5), passed(add, 1), given(all, 1));
          console.log(none(1));
        }
      `,
    },
    cold: { misses: { none: 1 }, hits: { none: 1 } },
    warm: { misses: { none: 0 }, hits: { none: 2 } },
    refuses: {
      viaNamespace: FUNCTION,
      viaName: FUNCTION,
      viaExport: FUNCTION,
      counts: FUNCTION,
      looks: OBJECT,
      passed: FUNCTION,
      given: /cannot see into/,
    },
    after: [{ label: "edited", edit, hits: { none: 2 } }],
  }),

  program("WebAssembly, imported as its source", {
    node: 26,
    flags: ["--no-warnings"],
    files: {
      "x.wasm": wasm(1),
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import source module from "./x.wasm";
        import source   other from "./x.wasm";
        import source from "./source.mjs";
        const { exports: direct } = new WebAssembly.Instance(module);
        function makes(n) { return burn(n) + new WebAssembly.Instance(other).exports.add(n, 1); }
        function calls(n) { return burn(n) + direct.add(n, 1); }
        function given(what, n) { return burn(n) + String(what); }
        function none(n) { return burn(n) + source("import source x from 'y'"); }
        for (let i = 0; i < 2; i++) console.log(makes(1), calls(1), given(module, 1), none(1));
      `,
      "source.mjs": "export default (text) => text + 1;\n",
    },
    cold: { misses: { none: 1 }, hits: { none: 1 } },
    warm: { misses: { none: 0 }, hits: { none: 2 } },
    refuses: { makes: /WebAssembly/, calls: FUNCTION, given: OBJECT },
    after: [
      { label: "edited", edit, hits: { none: 2 } },
      {
        label: "with another import",
        edit: { "source.mjs": "export default (text) => text + 2;\n" },
        misses: { none: 1 },
        hits: { none: 1 },
      },
    ],
  }),
];
