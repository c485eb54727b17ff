/**
 * What pure functions of Node's are made of, replaced between two calls: methods of what they return, members of members,
 * and globals that Node writes in JavaScript. What stands there now counts, so that a call that is skipped shows.
 */
import { program } from "../program.ts";

const IMPORTS = `
  import assert from "node:assert";
  import buffer from "node:buffer";
  import crypto from "node:crypto";
  import path from "node:path";
  import querystring from "node:querystring";
  import { StringDecoder } from "node:string_decoder";
  import url from "node:url";
  import util from "node:util";
`;

/** What is replaced (an object and a name on it), and what uses it. */
const INSIDES: readonly (readonly [holder: string, key: string, use: string])[] = [
  ["path.posix", "join", "path.posix.join(text, text)"],
  ["path.win32", "join", "path.win32.join(text, text)"],
  ["path", "normalize", "path.join(text, text)"],
  ["StringDecoder.prototype", "write", `new StringDecoder("utf8").write(Buffer.from(text))`],
  ["util.types", "isDate", "util.types.isDate(text)"],
  ["crypto.Hash.prototype", "update", `crypto.createHash("sha1").update(text).digest("hex")`],
  ["crypto.Hmac.prototype", "digest", `crypto.createHmac("sha1", "key").update(text).digest("hex")`],
  ["crypto", "createHash", `crypto.createHash("sha1").update(text).digest("hex")`],
  ["url.Url.prototype", "format", "url.format({ pathname: text })"],
  ["querystring", "unescape", `querystring.parse("a=%20" + text).a`],
  ["assert.strict", "equal", "assert.strict.equal(text, text) ?? text"],
  ["buffer", "atob", `buffer.atob("aaaa") + text`],
  ["globalThis", "atob", `atob(btoa(text))`],
  ["globalThis", "structuredClone", "structuredClone({ text }).text"],
  ["TextDecoder.prototype", "decode", "new TextDecoder().decode(Uint8Array.of(65)) + text"],
  ["TextEncoder.prototype", "encode", "new TextEncoder().encode(text).length"],
  ["URLSearchParams.prototype", "get", `new URLSearchParams({ text }).get("text")`],
  ["Buffer", "byteLength", "Buffer.byteLength(text)"],
  ["Buffer.prototype", "latin1Slice", `Buffer.from(text).latin1Slice(0, 2)`],
];

export const programs = [
  ...INSIDES.map(([holder, key, use]) =>
    program(`replaced between two calls: ${holder}.${key}`, {
      files: {
        "main.mjs": `
          ${IMPORTS}
          import { burn } from "./burn.mjs";
          let count = 0;
          function work(text) {
            burn(3);
            return ${use};
          }
          console.log(work("some/../text"), count);
          const { ${key}: original } = ${holder};
          ${holder}.${key} = function (...args) {
            count++;
            return Reflect.apply(original, this, args);
          };
          console.log(work("some/../text"), count > 0);
          void [assert, buffer, crypto, path, querystring, StringDecoder, url, util];
        `,
      },
      cold: { misses: { work: 1 }, hits: { work: 0 } },
      warm: { hits: { work: 1 }, misses: { work: 0 } },
    }),
  ),

  program("a getter of URLs replaced between two calls", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let count = 0;
        function work(text) {
          burn(3);
          return new URL(text).pathname;
        }
        console.log(work("http://a/b"), count);
        const original = Object.getOwnPropertyDescriptor(URL.prototype, "pathname");
        Object.defineProperty(URL.prototype, "pathname", { ...original, get() { count++; return original.get.call(this); } });
        console.log(work("http://a/b"), count);
      `,
    },
    cold: { misses: { work: 1 }, hits: { work: 0 } },
    warm: { hits: { work: 1 }, misses: { work: 0 } },
  }),
];
