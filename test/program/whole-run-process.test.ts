/**
 * Runs as a whole, and what is around a program: how its process ends, what it was started with, and where its output goes. Each step is compared with the same
 * step without dumbo.
 */
import assert from "node:assert/strict";

import { describe, test } from "node:test";

import { keptIn, wasAnswered } from "../support/kept-runs.ts";
import { AGAIN, check, laidOut, NEVER, run, type Step, skip } from "../support/whole-run-steps.ts";

/** A run without changes. */
const NO_STEP: Step = { isAnswered: false };
const OPTIONS = { skip, concurrency: 1 };

describe("a run that ends for an error is never answered, whatever code its listeners make of that", OPTIONS, () => {
  const FORGIVES = "process.on('exit', () => { process.exitCode = 0; });";
  const errors: Record<string, string> = {
    thrown: "throw new Error('boom');",
    "thrown by the code of a timer": "setTimeout(() => { throw new Error('boom'); }, 1);",
    "a rejection": "Promise.reject(new Error('boom'));",
    "a rejection of nothing": "Promise.reject();",
    "an await that is never over": "await new Promise(() => {});",
    "the same with a code set before": "process.exitCode = 0; await new Promise(() => {});",
    "an error event": "process.stdout.emit('error', new Error('boom'));",
  };
  for (const [name, code] of Object.entries(errors)) {
    for (const listens of [FORGIVES, ""]) {
      test(`${name}, ${listens === "" ? "without" : "with"} a listener`, async () => {
        const { folder, cache } = await laidOut({ "main.mjs": `${listens} console.log(1); ${code}` });
        const outcomes = [];
        for (const store of [null, cache, cache]) {
          const before = keptIn(cache);
          const { stderr, ...rest } = await run(folder, "main.mjs", NO_STEP, store);
          // The line of the error is shown as dumbo has rewritten it.
          outcomes.push({ ...rest, errors: stderr.match(/^(?:Error: boom|Warning: Det|.*reason "undef|Node.js)/gm) });
          assert.equal(wasAnswered(before, keptIn(cache)), false);
        }
        assert.deepEqual(outcomes, [outcomes[0], outcomes[0], outcomes[0]]);
      });
    }
  }

  test("with the function replaced by which the process ends", () =>
    check(
      { "main.cjs": "const { reallyExit } = process; process.reallyExit = () => {}; process.exit(0); console.log(1);" },
      NEVER,
      "main.cjs",
    ));

  test("a code that listeners set without an error is answered", () =>
    check({ "main.mjs": "process.on('exit', () => { process.exitCode = 3; }); console.log(1);" }, AGAIN));

  test("a code that a program ends with is answered", () =>
    check({ "main.mjs": "console.log(1); process.exit(4);" }, AGAIN));
});

describe("what a process is started with is another run", OPTIONS, () => {
  test("the order of its environment", () =>
    check({ "main.mjs": "console.log(Object.keys(process.env).filter((key) => key.startsWith('V_')).join());" }, [
      { env: { V_A: "1", V_B: "2" }, isAnswered: false },
      { env: { V_A: "1", V_B: "2" }, isAnswered: true },
      { env: { V_B: "2", V_A: "1" }, isAnswered: false },
      { env: { V_B: "2", V_A: "1" }, isAnswered: true },
    ]));

  test("certificates that are named where they may be read", async () => {
    const named = (steps: readonly Step[]) =>
      steps.map((step) => ({ ...step, env: { NODE_EXTRA_CA_CERTS: "none.pem" } }));
    const code = "process.stdout.write(typeof createHash);";
    await check({ "main.mjs": `import { createHash } from 'node:crypto'; ${code}` }, named(NEVER));
    await check({ "main.mjs": `const createHash = 1; ${code}` }, named(AGAIN));
  });

  for (const name of ["OPENSSL_CONF", "OPENSSL_MODULES", "NODE_ICU_DATA"])
    test(`none is kept where Node has read what ${name} names`, () =>
      check(
        { "main.mjs": "console.log(1);" },
        NEVER.map((step) => ({ ...step, env: { [name]: "/dev/null" } })),
      ));
});
