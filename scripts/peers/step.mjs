/** One step of a row, in a process of its own: `node step.mjs PEER ROW STEP`. Its last line is what it has found, as JSON. */
import { writeFileSync } from "node:fs";
import { adapterOf } from "./adapters.mjs";
import * as subject from "./subject.mjs";

const [, , peer, row, step] = process.argv;
const { wrap, run } = await adapterOf(peer);

/** Milliseconds that the processor has worked for a call. */
async function work(call) {
  const { user, system } = process.cpuUsage();
  await call();
  const used = process.cpuUsage({ user, system });
  return (used.user + used.system) / 1000;
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const ROWS = {
  "next-run": async () => {
    const f = await wrap(subject.slow);
    return work(() => f(1));
  },
  "own-edit": async () => (await wrap(subject.edited))(1),
  "helper-edit": async () => (await wrap(subject.helps))(1),
  variable: async () => {
    const f = await wrap(subject.scaled);
    await f(1);
    subject.setFactor(3);
    return f(1);
  },
  file: async () => {
    const f = await wrap(subject.reads);
    writeFileSync("data.txt", "old");
    await f("data.txt");
    writeFileSync("data.txt", "new");
    return f("data.txt");
  },
  "equal-arguments": async () => {
    const f = await wrap(subject.slowOf);
    return [await work(() => f({ n: 1 })), await work(() => f({ n: 1 }))];
  },
  "changed-argument": async () => {
    const f = await wrap(subject.doubled);
    const object = { n: 1 };
    await f(object);
    object.n = 2;
    return f(object);
  },
  "changed-result": async () => {
    const f = await wrap(subject.listed);
    (await f(1)).list.push(2);
    return (await f(1)).list.length;
  },
  prints: async () => {
    const f = await wrap(subject.says);
    await f("said");
    return f("said");
  },
  clock: async () => {
    const f = await wrap(subject.stamped);
    return [await f(1), await f(1)];
  },
  classes: async () => {
    const { map, when, point } = await (await wrap(subject.built))(1);
    return [map instanceof Map, when instanceof Date, point instanceof subject.Point];
  },
  "time-to-live": async () => {
    const f = await wrap(subject.slow, 1);
    if (f === null) return null;
    const first = await work(() => f(2));
    const second = await work(() => f(2));
    await sleep(2500);
    return [first, second, await work(() => f(2))];
  },
  "fast-hit": async () => {
    const f = await wrap(subject.doubled);
    const object = { n: 1 };
    await f(object);
    const calls = 2000;
    const ms = await work(async () => {
      for (let i = 0; i < calls; i++) await f(object);
    });
    return (ms * 1000) / calls;
  },
};

const found = await run(() => ROWS[row](step));
console.log(JSON.stringify(found));
// Some peers keep timers that would hold the process; dumbo writes when it ends.
process.exit(0);
