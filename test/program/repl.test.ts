/** What is typed at the prompt does the same as without dumbo, and its functions have hits. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CliProject } from "../support/cli-project.ts";
import { missingSample, sampleAfter } from "../support/doc-sample.ts";
import { checkSession, type ReplSession } from "../support/repl-session.ts";

const WORK = "const work = (n) => { let s = n; for (let i = 0; i < 2000; i++) s = (s * 31 + i) % 1000003; return s }\n";

const SESSIONS: Readonly<Record<string, ReplSession>> = {
  "what inputs declare is read at each key, but for what runs code of the program": {
    files: { "x.txt": "abc", "lib.js": "const loaded = (n) => work(n) + 100\nloaded(1)\nloaded(1)\n" },
    inputs: `${WORK}function f(n) { return work(n) + z }
f(1)
let z = 1
f(1)
f(1)
z = 5
f(1)
function f(n) { return work(n) - z }
f(1)
const old = f
function f(n) { return work(n) - 2 }
old(1)
f(1)
old(1)
class P { constructor(x) { this.x = x } get y() { return work(this.x) } static s(n) { return work(n) } }
function useP(n) { return new P(n).y + P.s(n) }
useP(1)
useP(1)
P.s = (n) => 0
useP(1)
const obj = { a: 1, m(n) { return work(n) + this.a } }
function useObj(n) { return obj.m(n) }
useObj(1)
obj.a = 3
useObj(1)
useObj(1)
let k = 1; function usesK(n) { return work(n) + k }
usesK(1)
k = 2
usesK(1)
function a(n) { return work(n) } function b(n) { return a(n) + 1 }
b(1)
function a(n) { return 0 }
b(1)
class C { v() { return work(1) } } function usesC(n) { return work(n) + new C().v() }
usesC(1)
C = class { v() { return 0 } }
usesC(1)
function makes(n) { const k = work(n); return (m) => m + k }
makes(1)(2)
const av = await Promise.resolve(2), bv = (n) => work(n) + av
bv(1)
function multi(n) {
  const k = work(n)
  return k +
    z
}
multi(1)
multi(1)
function reads(name) { return fs.readFileSync(name, 'utf8').length + work(3) }
reads('x.txt')
reads('x.txt')
fs.writeFileSync('x.txt', 'abcdef')
reads('x.txt')
fs.writeFileSync('x.txt', 'abc')
void Object.defineProperty(globalThis, 'acc', { configurable: true, get() { console.log('asked'); return 1 } })
function usesAcc(n) { return work(n) + acc }
usesAcc(1)
usesAcc(1)
function last(n) { return work(n) + String(_) }
5
last(1)
6
last(1)
let bad = (() => { throw new Error('x') })()
function usesBad(n) { return work(n) + typeof n + bad }
usesBad(1)
function type(n) { return work(n) + typeof nope }
type(1)
nope = 3
type(1)
type(1)
const path = '/tmp/x'
function usesPath(n) { return work(n) + path }
usesPath(1)
usesPath(1)
function counts(n) { total += work(n); return total }
var total = 0
counts(1)
counts(1)
function random(n) { return work(n) > 0 && Math.random() >= 0 }
random(1)
random(1)
function says(n) { console.log('saying', n); return work(n) }
says(1)
says(1)
function own(n) { return work(n) + typeof this }
own(1)
function digest(n) { return work(n) + crypto.createHash('sha1').update(String(n)).digest('hex') }
try { digest(1) } catch (error) { error.message }
const crypto = require('crypto')
digest(1)
function digestOnce(n) { return work(n) + crypto.createHash('sha1').update(String(n)).digest('hex') }
digestOnce(1)
digestOnce(1)
function evaluates(n) { return eval('work(n)') }
evaluates(1)
evaluates(1)
function useBv(n) { return bv(n) + av }
useBv(1)
useBv(1)
.load lib.js
`,
    cold: { useP: 1, multi: 1, reads: 1, usesAcc: 0, last: 0, random: 0, usesPath: 1, says: 1, type: 1, loaded: 1 },
    warm: { useP: 3, multi: 2, usesAcc: 0, last: 0, random: 0, usesPath: 2, says: 2, loaded: 2 },
  },
  "traces, texts, printed values, and completed names": {
    preload: "./take.cjs",
    files: {
      "take.cjs": `const repl = require("repl"); const { start } = repl;
repl.start = (...args) => (globalThis.server = start(...args));`,
    },
    inputs: `${WORK}function thrower(n) { work(n); throw new Error('bad ' + n) }
thrower(1)
thrower(1)
function nested(n) { return [n].map((k) => thrower(work(k))) }
nested(2)
function deep(n) { return n === 0 ? thrower(n) : deep(n - 1) }
deep(20)
try { thrower(1) } catch (e) { e.stack.split('\\n').slice(0, 3) }
function multi(n) {
  work(n)
  throw new TypeError('on line 3')
}
multi(1)
thrower
thrower.toString()
\`\${work}\`
Object.keys(globalThis).filter((name) => name.includes('dumbo'))
setTimeout
[1, { a: fs.existsSync }]
new Proxy({}, {})
function broken( {
.break
it(
.break
function kept(n) { return work(n) }
kept(1)
kept(1)
void server.complete('$d', (error, [names, word]) => console.log(names, word))
void server.complete('kep', (error, [names, word]) => console.log(names, word))
void server.complete('', (error, [names]) => console.log(names.filter((name) => name.includes('dumbo'))))
`,
    cold: { kept: 1 },
    warm: { kept: 2 },
  },
};

for (const [name, session] of Object.entries(SESSIONS)) test(name, () => void checkSession(session));

test("nothing is cached any more once a declaration stands in the place of a global", () => {
  const printed = checkSession({
    inputs: `${WORK}kept = function (n) { return work(n) }
kept(1)
kept(1)
const Math = { max: () => 7, min: () => 3 }
kept(1)
function shadowed(n) { return work(n) + Math.max(1, 2) }
shadowed(1)
shadowed(1)
`,
  });
  assert.match(printed, /\d+\n/, "the session printed nothing");
});

test("docs/library.md shows what is printed", () => {
  const text = readFileSync(new URL("../../docs/library.md", import.meta.url), "utf8");
  const sample = sampleAfter(text, "## At the prompt");
  const inputs = sample.filter((line) => line.startsWith("> ")).map((line) => line.slice(2));
  const project = new CliProject({ "package.json": "{}\n" });
  try {
    const { stdout } = project.node(["--import", "dumbo/auto", "-i"], {}, `${inputs.join("\n")}\n`);
    const printed = stdout.replace(/^(?:> )+/gm, "");
    const missing = missingSample(
      sample.filter((line) => !line.startsWith("> ")),
      printed,
    );
    assert.equal(missing, null, printed);
  } finally {
    project.remove();
  }
});
