/** Functions of Node that compute from their arguments, and warn once in a process. */
import { program } from "../program.ts";

/** Tells of warnings by their codes: what Node prints of them names the process. */
const TELLS = `process.on("warning", ({ code, name }) => console.log("warned:", code ?? name));`;

export const programs = [
  program("functions of Node that warn once: the first call of another run is a later one of this", {
    flags: ["--no-warnings"],
    files: {
      "main.mjs": `
        import assert from "node:assert";
        import { createHash } from "node:crypto";
        import * as path from "node:path";
        import url from "node:url";
        import { burn } from "./burn.mjs";
        ${TELLS}
        const tried = (run) => { try { return run(); } catch (error) { return error.code ?? error.name; } };
        const port = (text) => [burn(1) % 10, tried(() => url.parse(\`http://\${text}:x/\`).port)];
        const host = (text) => [burn(2) % 10, url.parse(\`http://\${text}/\`).host];
        const near = (text) => [burn(3) % 10, url.resolve("http://a/b", text)];
        const written = (text) => [burn(4) % 10, url.format(\`http://\${text}/\`)];
        const given = (parse, text) => [burn(5) % 10, parse(\`http://\${text}/\`).host];
        const shaken = (text) => [burn(6) % 10, createHash("shake128").update(text).digest("hex")];
        const digest = (text) => [burn(7) % 10, createHash("sha256").update(text).digest("hex")];
        const called = (n) => [burn(8) % 10, Buffer(n).length];
        const made = (n) => [burn(9) % 10, new Buffer("a".repeat(n)).length];
        const fails = (text) => [burn(10) % 10, tried(() => assert.fail(text, "b"))];
        const strictly = (text) => [burn(11) % 10, tried(() => assert.strict.fail(text, "b"))];
        const globs = (text) => [burn(12) % 10, path.matchesGlob?.(text, "a*")];
        for (const text of process.argv.slice(2)) {
          console.log(port(text), host(text), near(text), written(text), given(url.parse, text), shaken(text), digest(text));
          console.log(called(text.length), made(text.length), fails(text), strictly(text), globs(text));
        }
      `,
    },
    args: ["a", "bb", "ccc"],
    memo: { digest: 3 },
    refuses: { called: /Buffer/, made: /Buffer/ },
    after: [
      { label: "a later one comes first", args: ["bb"], hits: { digest: 1 } },
      { label: "the last one comes first", args: ["ccc", "a"], hits: { digest: 2 } },
    ],
  }),

  program("functions of Node that warn no packages", {
    flags: ["--no-warnings"],
    files: {
      "node_modules/old/package.json": `{ "name": "old", "main": "index.js" }`,
      "node_modules/old/index.js": `
        const url = require("node:url");
        const steps = (n) => { let sum = 0; for (let i = 0; i < 5e4; i++) sum = (sum * 31 + i + n) % 1000003; return sum; };
        exports.hostOf = function hostOf(text) { return [steps(1), url.parse(text).host]; };
        exports.bytesOf = function bytesOf(n) { return [steps(2), new Buffer(n).length]; };
      `,
      "main.mjs": `
        import old from "old";
        ${TELLS}
        for (const text of process.argv.slice(2)) console.log(old.hostOf("http://" + text), old.bytesOf(text.length));
      `,
    },
    args: ["a", "bb", "ccc"],
    memo: { hostOf: 3, bytesOf: 3 },
    after: [{ label: "a later one comes first", args: ["bb"], hits: { hostOf: 1, bytesOf: 1 } }],
  }),

  program("deprecations that are silent in one run and told in another", {
    flags: ["--no-warnings"],
    files: {
      "main.mjs": `
        import { createHash } from "node:crypto";
        import url from "node:url";
        import { promisify } from "node:util";
        import { burn } from "./burn.mjs";
        ${TELLS}
        const [how, ...texts] = process.argv.slice(2);
        if (how === "silent") process.noDeprecation = true;
        if (how === "hidden") Object.defineProperty(process, "noDeprecation", { get: () => true, configurable: true });
        const host = (text) => [burn(2) % 10, url.parse(\`http://\${text}/\`).host];
        const shaken = (text) => [burn(6) % 10, createHash("shake128").update(text).digest("hex")];
        const digest = (text) => [burn(7) % 10, createHash("sha256").update(text).digest("hex")];
        const later = promisify(async (text, done) => { done(null, text); });
        const promised = async (text) => [burn(8) % 10, await later(text)];
        const all = async () => { for (const text of texts) console.log(host(text), shaken(text), digest(text), await promised(text)); };
        await all();
        if (how === "told again") { process.noDeprecation = true; await all(); process.noDeprecation = false; await all(); }
      `,
    },
    args: ["silent", "a", "b"],
    memo: { host: 2, shaken: 2, digest: 2 },
    after: [
      { label: "told", args: ["told", "a", "b"], misses: { host: 2, digest: 2 } },
      { label: "told, the other way round", args: ["told", "b", "a"], hits: { digest: 2 } },
      { label: "silent again", args: ["silent", "b"], hits: { host: 1, shaken: 1, digest: 1 } },
      { label: "first silent, then told", args: ["told again", "c", "a"] },
      { label: "told by the first call", args: ["told", "c"] },
      { label: "an accessor says so", args: ["hidden", "a", "d"] },
      { label: "told by the first call of another", args: ["told", "d"] },
      { label: "by a flag", flags: ["--no-warnings", "--no-deprecation"], args: ["told", "a"], misses: { digest: 1 } },
      { label: "no flag", args: ["told", "a"], hits: { digest: 1 } },
      { label: "pending ones", flags: ["--no-warnings", "--pending-deprecation"], args: ["told", "a", "b"] },
      {
        label: "pending ones again",
        flags: ["--no-warnings", "--pending-deprecation"],
        args: ["told", "b"],
        misses: { digest: 1 },
      },
      {
        label: "pending ones by the environment",
        env: { NODE_PENDING_DEPRECATION: "1" },
        args: ["told", "b"],
        misses: { digest: 1 },
      },
      { label: "an error of each", flags: ["--no-warnings", "--throw-deprecation"], args: ["told", "b"] },
    ],
  }),
];
