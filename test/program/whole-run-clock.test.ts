/**
 * Runs that are not answered as a whole because they depend on the time or on chance, on roads that are less travelled than `Date.now()`; and ordinary
 * neighbours that are answered.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { keptIn, wasAnswered } from "../support/kept-runs.ts";
import { type Files, laidOut, run, skip } from "../support/whole-run-steps.ts";

/** What programs make: it is not there when they run again. */
const MADE = ["out", "d0", "o.txt"];

/** How often one of three runs was answered. What they print may be another thing each time. */
async function answersOf(files: Files, env: NodeJS.ProcessEnv = {}): Promise<number> {
  const { folder, cache } = await laidOut(files);
  let answers = 0;
  for (let i = 0; i < 3; i++) {
    for (const name of MADE) rmSync(join(folder, name), { recursive: true, force: true });
    const before = keptIn(cache);
    const { code, stderr } = await run(folder, "main.mjs", { env, isAnswered: false }, cache);
    assert.deepEqual([code, stderr], [0, ""]);
    if (wasAnswered(before, keptIn(cache))) answers++;
  }
  return answers;
}

function tell(programs: Readonly<Record<string, string | Files>>, expected: number): void {
  for (const [name, program] of Object.entries(programs)) {
    const files = typeof program === "string" ? { "main.mjs": program } : program;
    test(name, async () => assert.equal(await answersOf(files), expected));
  }
}

/** A function of a package that tells how long something took, if it is asked to, and prints what it is given. */
const TELLS = `exports.told = (tell, start) => told(tell, start);
  exports.made = () => told(false, Date.now());
  function told(tell, start) {
    if (tell) console.log("ms", Date.now() - start);
    return 1;
  }`;

describe("a line of which no tap has told", { skip, concurrency: 2 }, () => {
  const measured = (before: string): Files => ({
    "main.mjs": `import t from "tells"; ${before} console.log(t.made());`,
    "node_modules/tells/index.js": TELLS,
  });
  tell(
    {
      "was not reached where nothing has replaced the clock": measured(""),
      "was not reached where other names are like it": measured("const o = {}, now = 1; o.nowhere = now;"),
    },
    2,
  );
  const start = "const start = Date.now();\n";
  const show = "\nconsole.log(start,\n  Date.now());";
  tell(
    {
      "may have called another function": `${start}Date.now = () => 0;${show}`,
      "may have called another function that is gone at the end": `${start}const { now } = Date; Date.now = () => 0;${show}\nDate.now = now;`,
      "may have called what a definition has put there": `${start}const { now } = Date; Object.defineProperty(Date, "now", { value: () => 0, configurable: true });${show}\nObject.defineProperty(Date, "now", { value: now });`,
      "may have called another Date": `${start}const before = Date; globalThis.Date = { now: () => 0 };${show}\nglobalThis.Date = before;`,
      "may have called what another module has put there": {
        "main.mjs": `import { off, on } from "./fake.mjs"; ${start}on();${show}\noff();`,
        "fake.mjs":
          "const holder = Date; const { now } = Date; export const on = () => { holder.now = () => 0; }; export const off = () => { holder.now = now; };",
      },
      "may have called what is put there by a name that is computed": `${start}const key = ["n", "ow"].join(""); Date[key] = () => 0;${show}`,
    },
    0,
  );
  const choice = (before: string): Files => ({
    "main.mjs": `import p from "picks"; console.log(p.pick(process.argv[2]));`,
    "node_modules/picks/index.js": `const big = 2 ** 53;
      var draw = (Math.random() * big) & 0x1fffff
        ? function () { return Math.floor(Math.random() * big); }
        : function () { return ((Math.random() * 0x40000000) | 0) * 0x800000; };
      ${before}
      exports.pick = (arg) => arg === undefined ? 1 : draw();`,
  });
  tell({ "was not drawn on where nothing has replaced that": choice("") }, 2);
  tell(
    {
      "may have drawn other numbers": choice(
        "const { random } = Math; Math.random = () => 0; draw(); Math.random = random;",
      ),
    },
    0,
  );
});

describe("parts of the date", { skip, concurrency: 2 }, () => {
  const day = "const d = new Date(); console.log(d.getDate());";
  tell(
    {
      "are asked again": day,
      "are the same everywhere": "process.env.TZ = 'Etc/GMT-14'; console.log(new Date().getUTCDate());",
    },
    2,
  );
  tell(
    {
      "may be those of another time zone": `process.env.TZ = "Etc/GMT-14"; ${day}`,
      "may be those of a time zone that is left again": `const { TZ = "UTC" } = process.env; process.env.TZ = "Etc/GMT-14"; ${day} process.env.TZ = TZ;`,
      "may be those of a time zone that comes from data": {
        "main.mjs": `import fs from "node:fs"; Object.assign(process.env, JSON.parse(fs.readFileSync("env.json", "utf8"))); ${day}`,
        "env.json": `{ "TZ": "Etc/GMT-14" }`,
      },
      "may be handed on by another method": `const { getDate } = Date.prototype; Date.prototype.getDate = function () { return +this; }; ${day} Date.prototype.getDate = getDate;`,
    },
    0,
  );
});

describe("a line that looks at what the run has made", { skip, concurrency: 2 }, () => {
  const OTHER = `import fs from "node:fs"; export const mk = fs.mkdirSync; export const st = fs.statSync;`;
  const made = (line: string): Files => ({
    "main.mjs": `import fs from "node:fs"; import path from "node:path"; import { mk, st } from "./other.mjs"; const { rmSync } = fs;
      function dir(name) { return name; }
      fs.rmSync("data/none", { force: true });
      ${line}
      console.log(1);`,
    "other.mjs": OTHER,
    "data/a.txt": "a",
  });
  const all = (lines: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(lines).map(([name, line]) => [name, made(line)]));
  tell(
    all({
      "makes a folder": `fs.mkdirSync("out", { recursive: true });`,
      "asks by functions of the file": `fs.mkdirSync(dir("out"), { recursive: true });`,
      "asks for a path": `if (!fs.existsSync("out")) fs.mkdirSync(path.join(process.cwd(), "out"), { recursive: true }); console.log(String(1));`,
      "looks at the size": `fs.writeFileSync("o.txt", "a"); console.log(fs.statSync("o.txt").size);`,
    }),
    2,
  );
  tell(
    all({
      "may make folders by another name": `fs.mkdirSync("d0", { recursive: true }); const r = mk("out", { recursive: true }); console.log(typeof r);`,
      "may make them by a method": `const o = { mk }; fs.mkdirSync("d0", { recursive: true }); console.log(typeof o.mk("out", { recursive: true }));`,
      "may make them by a function of a function": `fs.mkdirSync("d0", { recursive: true }); console.log(typeof mk.call(fs, "out", { recursive: true }));`,
      "may look at times by another name": `fs.writeFileSync("o.txt", "a"); fs.statSync("o.txt"); const r = st("o.txt").mtimeMs; console.log(r);`,
    }),
    0,
  );
});

describe("the clock on a road without a plain name", { skip, concurrency: 2 }, () => {
  const has = (name: string, then: string) => `const g = globalThis, n = ${JSON.stringify([...name])}.join("");
    const C = g[n]; console.log(C === undefined ? Date.now() : ${then});`;
  tell(
    {
      "is read by Temporal": "console.log(globalThis.Temporal ? Temporal.Now.instant().toString() : Date.now());",
      "is read by Temporal under a name that is computed": has("Temporal", "C.Now.instant().toString()"),
      "is read by Temporal that is taken out": `const { Temporal: T = { Now: { instant: Date.now } } } = globalThis;
        console.log(String(T.Now.instant()));`,
      "is read by a file": `console.log(new (globalThis.File ?? Date)([], "x").lastModified);`,
      "is read by a file under a name that is computed": has("File", `new C([], "x").lastModified`),
      "is read by a file of a module": `import { File } from "node:buffer"; console.log(new File([], "x").lastModified);`,
      "is read by a file of a module that is required": `import { createRequire } from "node:module";
        const { File } = createRequire(import.meta.url)("buffer"); console.log(new File([], "x").lastModified);`,
      "is read by a file of a module that is got": `console.log(new (process.getBuiltinModule("buffer").File)([], "x").lastModified);`,
      "is read by a mark": `console.log(new PerformanceMark("a").startTime);`,
      "is read by a mark under a name that is computed": has("PerformanceMark", `new C("a").startTime`),
      "is read by a method of the class": has("Performance", "C.prototype.now.call(performance)"),
      "ends a wait under a name that is computed": has("AbortSignal", "C.timeout(50).aborted"),
      "ends a wait by a class that nobody names": `const { constructor: C } = new AbortController().signal; console.log(C.timeout(50).aborted);`,
      "is drawn on by methods of a class": has("Crypto", "C.prototype.randomUUID.call(crypto)"),
    },
    0,
  );
  tell(
    {
      "is not read where others are only imported": `import { Buffer, Blob } from "node:buffer"; import { performance } from "node:perf_hooks";
        console.log(Buffer.from("a").length, new Blob(["a"]).size, typeof performance);`,
      "is not read where classes are only mentioned": `console.log(typeof File, typeof AbortSignal, typeof PerformanceObserver, typeof Performance, typeof crypto);`,
      "is not read by a file with a date": `import { File } from "node:buffer"; const f = (a) => a instanceof File; console.log(f({}));`,
      "is not read where a signal only aborts": `const c = new AbortController(); c.signal.addEventListener("abort", () => console.log("a")); c.abort();`,
      "is not read by streams": `import { Readable } from "node:stream"; import { pipeline } from "node:stream/promises";
        await pipeline(Readable.from(["a"]), async function* (all) { for await (const one of all) console.log(one); });`,
    },
    2,
  );
});

describe("objects that hold the time or chance", { skip, concurrency: 2 }, () => {
  const KEY = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "pkcs8", format: "pem" });
  const key = (code: string): Files => ({
    "main.mjs": `import crypto from "node:crypto"; import fs from "node:fs";
      const key = crypto.createPrivateKey(fs.readFileSync("key.pem")); ${code}`,
    "key.pem": KEY.toString(),
  });
  const clear = "clearTimeout(t);";
  tell(
    {
      "is an event that is printed": `console.log(new Event("a"));`,
      "is an event within others": `console.log([{ a: new CustomEvent("a") }]);`,
      "is an event that is shown": `import { inspect } from "node:util"; console.log(inspect(new MessageEvent("a")));`,
      "is an event of a signal": `const c = new AbortController(); c.signal.onabort = (e) => console.log(e); c.abort();`,
      "is an event that is asked": `console.log(new Event("a").timeStamp);`,
      "is a timer that is printed": `const t = setTimeout(() => {}, 1000); console.log(t); ${clear}`,
      "is a timer that is shown within others": `import { format } from "node:util"; const t = setInterval(() => {}, 1000); console.log(format("%o", { t })); ${clear}`,
      "is a timer that is asked": `const t = setTimeout(() => {}, 1000); console.log(t._idleStart); ${clear}`,
      "is a timer of a module": `import { setTimeout } from "node:timers"; const t = setTimeout(() => {}, 1000); console.log(t); ${clear}`,
      "is a timer of a socket": `import net from "node:net"; const s = new net.Socket(); s.setTimeout(1000); console.log(s); s.destroy();`,
      "is a histogram": `import { createHistogram } from "node:perf_hooks"; const h = createHistogram(); h.recordDelta();
        for (let i = 0; i < 1e6; i++) Math.sqrt(i); h.recordDelta(); console.log(h.max);`,
      "is a key that is encrypted": key(
        `console.log(key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }));`,
      ),
      "is a key of another road that is encrypted": {
        "main.mjs": `import crypto from "node:crypto"; import fs from "node:fs";
          const { KeyObject, webcrypto } = crypto;
          const pem = fs.readFileSync("key.pem", "latin1").replace(/-----.*-----/g, "");
          const k = await webcrypto.subtle.importKey("pkcs8", Buffer.from(pem, "base64"), { name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
          console.log(KeyObject.from(k).export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }));`,
        "key.pem": KEY.toString(),
      },
    },
    0,
  );
  tell(
    {
      "is no event of which only the type is read": `const e = new Event("a"); console.log(e.type);`,
      "is no timer that is only taken back": `const t = setTimeout(() => {}, 1000); ${clear} console.log(1);`,
      "is no histogram of given numbers": `import { createHistogram } from "node:perf_hooks"; const h = createHistogram(); h.record(5); console.log(h.max);`,
      "is no key that is written as it is": key(`console.log(key.export({ type: "pkcs8", format: "pem" }));`),
    },
    2,
  );
});

describe("functions of crypto that draw random numbers", { skip, concurrency: 2 }, () => {
  const rsa = "const { privateKey: k, publicKey: p } = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });";
  const calls: Record<string, string> = {
    randomBytes: `crypto.randomBytes(8).toString("hex")`,
    pseudoRandomBytes: `crypto.pseudoRandomBytes(8).toString("hex")`,
    randomInt: "crypto.randomInt(2 ** 40)",
    randomUUID: "crypto.randomUUID()",
    randomFillSync: `crypto.randomFillSync(Buffer.alloc(8)).toString("hex")`,
    getRandomValues: "crypto.getRandomValues(new Uint32Array(4)).join()",
    "webcrypto.getRandomValues": "crypto.webcrypto.getRandomValues(new Uint32Array(4)).join()",
    generateKeySync: `crypto.generateKeySync("hmac", { length: 128 }).export().toString("hex")`,
    generatePrimeSync: "crypto.generatePrimeSync(64, { bigint: true })",
    createECDH: `crypto.createECDH("secp256k1").generateKeys("hex")`,
    createDiffieHellman: `crypto.createDiffieHellman(512).getPrime("hex")`,
    getDiffieHellman: `crypto.getDiffieHellman("modp1").generateKeys("hex")`,
    sign: `(() => { ${rsa} return crypto.sign("sha256", Buffer.from("a"), { key: k, padding: 6, saltLength: 8 }).toString("hex"); })()`,
    publicEncrypt: `(() => { ${rsa} return crypto.publicEncrypt(p, Buffer.from("a")).toString("hex"); })()`,
    "subtle.generateKey": `crypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]).then((k) => crypto.subtle.exportKey("raw", k)).then((b) => Buffer.from(b).toString("hex"))`,
  };
  const asked = (call: string) => `import crypto from "node:crypto"; console.log(String(await ${call}));`;
  tell(Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, asked(call)])), 0);
  tell({ createHash: asked(`crypto.createHash("sha256").update("a").digest("hex")`) }, 2);
});
