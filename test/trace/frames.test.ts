/** The stack of recorded calls, and whom an event marks. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Reason } from "../../src/reason/reason.ts";
import { bookEvent, bookTrace } from "../../src/trace/booking.ts";
import type { AuditEvent, Pending } from "../../src/trace/event.ts";
import {
  closeFollowed,
  current,
  type Frame,
  isCovered,
  isListening,
  openFrame,
  runFollowed,
  runOutside,
  state,
  wayBack,
} from "../../src/trace/frames.ts";
import { runInFrame } from "../support/run-in-frame.ts";

const clock: AuditEvent = { kind: "clock", name: "Date.now" };
const nobody = (): string | null => assert.fail("nobody asked for the caller");
const EFFECT: Reason = { kind: "touches", event: "clock", api: "Date.now" };

test("an event marks every open frame around it, and the first event stays", () => {
  const outer = openFrame([], false);
  let inner: Frame | undefined;
  runInFrame(outer, () => {
    inner = openFrame([], false);
    assert.equal(inner.parent, outer);
    runInFrame(inner, () => {
      assert.equal(current(), inner);
      bookEvent(clock, nobody);
      bookEvent({ kind: "random", name: "Math.random" }, nobody);
    });
    assert.equal(current(), outer);
  });
  assert.deepEqual(inner?.effect, EFFECT);
  assert.deepEqual(outer.effect, EFFECT);
  assert.equal(current(), null);
});

test("an event outside of a frame marks nothing", () => {
  const outer = openFrame([], false);
  let after: Frame | undefined;
  runInFrame(outer, () => {
    after = openFrame([], false);
    runInFrame(after, () => {});
    bookEvent(clock, nobody);
  });
  bookEvent(clock, nobody);
  assert.equal(after?.effect, null);
  assert.deepEqual(outer.effect, EFFECT);
});

test("a frame is closed when its body throws", () => {
  const frame = openFrame([], false);
  const open = state.open;
  assert.throws(() => runInFrame(frame, () => assert.fail("as it should")));
  assert.equal(frame.open, false);
  assert.equal(state.open, open);
  assert.equal(current(), null);
});

test("a function on the list shields itself and those around it, but not those inside", () => {
  const outer = openFrame([], false);
  let vouched: Frame | undefined;
  let inner: Frame | undefined;
  runInFrame(outer, () => {
    vouched = openFrame([], true);
    runInFrame(vouched, () => {
      inner = openFrame([], false);
      runInFrame(inner, () => bookEvent(clock, nobody));
    });
  });
  assert.deepEqual([outer.effect, vouched?.effect, inner?.effect], [null, null, EFFECT]);
  assert.deepEqual([outer.overrode, vouched?.overrode, inner?.overrode], [0, 1, 0]);
});

test("what the code of a listed package does marks no frame that reaches the package", () => {
  const folder = "/project/node_modules/lib/";
  const mark = (file: string | null): Reason | null => {
    const frame = openFrame([folder], false);
    runInFrame(frame, () => bookEvent(clock, () => file));
    return frame.effect;
  };
  assert.equal(mark(`${folder}index.js`), null);
  assert.deepEqual(mark("/project/src/a.js"), EFFECT);
  assert.deepEqual(mark("/project/node_modules/lib-other/index.js"), EFFECT);
  assert.deepEqual(mark(null), EFFECT);
});

test("the caller is asked for once", () => {
  let asked = 0;
  const outer = openFrame(["/lib/"], false);
  const caller = () => {
    asked++;
    return "/lib/a.js";
  };
  runInFrame(outer, () => {
    runInFrame(openFrame(["/lib/"], false), () => bookEvent(clock, caller));
  });
  assert.equal(asked, 1);
});

test("an asynchronous body is followed over its awaits", async () => {
  const frame = openFrame([], false);
  const done = runFollowed(frame, async () => {
    assert.equal(current(), frame);
    await null;
    await turn();
    assert.equal(current(), frame);
    bookEvent(clock, nobody);
  });
  assert.equal(current(), null);
  await done;
  closeFollowed(frame);
  assert.deepEqual(frame.effect, EFFECT);
  await turn();
  assert.equal(state.open, 0);
});

test("two asynchronous bodies at once keep apart", async () => {
  const frames = [openFrame([], false), openFrame([], false)] as const;
  await Promise.all(
    frames.map((frame, i) =>
      runFollowed(frame, async () => {
        await turn();
        if (i === 1) bookEvent(clock, nobody);
      }),
    ),
  );
  for (const frame of frames) closeFollowed(frame);
  assert.deepEqual(
    frames.map(({ effect }) => effect),
    [null, EFFECT],
  );
  await turn();
});

test("a synchronous call within an asynchronous one has it for its parent", async () => {
  const outer = openFrame([], false);
  await runFollowed(outer, async () => {
    await null;
    const inner = openFrame([], false);
    assert.equal(inner.parent, outer);
    runInFrame(inner, () => bookEvent(clock, nobody));
  });
  closeFollowed(outer);
  assert.deepEqual(outer.effect, EFFECT);
  await turn();
});

test("what comes after the end takes the entry back", async () => {
  const frame = openFrame([], false);
  const late: Reason[] = [];
  let work: Promise<void> | undefined;
  runFollowed(frame, () => {
    work = Promise.resolve().then(() => bookEvent(clock, nobody));
  });
  closeFollowed(frame);
  frame.onLateEffect = (effect) => late.push(effect);
  await work;
  assert.equal(frame.effect, null);
  assert.deepEqual(late, [EFFECT]);
  await turn();
  assert.equal(state.open, 0);
});

const dependency = { query: ["readFile", "pa", ""], answer: "x", fingerprint: "" };
const read: AuditEvent = { kind: "file", name: "fs.readFileSync", token: { kind: "observed", dependency } };
const output = { stream: 1, via: "write", data: "text", encoding: "" } as const;
const print: AuditEvent = { kind: "output", name: "console.log", token: { kind: "printed", output } };

test("what can be asked or printed again goes into all open frames, and marks none", () => {
  const outer = openFrame([], false);
  const inner = openFrame([], false);
  runInFrame(outer, () => {
    assert.ok(isCovered() && isListening());
    bookEvent({ kind: "process", name: "process.env", token: { kind: "keyed" } }, nobody);
    assert.ok(isCovered());
    Object.assign(inner, { parent: outer });
    runInFrame(inner, () => bookEvent(read, nobody));
    assert.ok(!isCovered());
    bookEvent(print, nobody);
  });
  assert.deepEqual([outer.effect, inner.effect], [null, null]);
  assert.deepEqual(inner.recording.trace, { dependencies: [dependency], output: [] });
  assert.deepEqual(outer.recording.trace, { dependencies: [dependency], output: [output], readsKeyed: true });
});

test("the trace of a hit is booked in the frames around it", () => {
  const outer = openFrame([], false);
  runInFrame(outer, () => bookTrace({ dependencies: [dependency], output: [output] }));
  assert.deepEqual(outer.recording.trace, { dependencies: [dependency], output: [output] });
  bookTrace({ dependencies: [dependency], output: [] });
});

test("probes and taps ask only while a call can still be kept", async () => {
  const outer = openFrame([], false);
  runInFrame(outer, () => {
    bookEvent(clock, nobody);
    assert.equal(state.open, 0);
    const inner = openFrame([], false);
    runInFrame(inner, () => {
      assert.equal(state.open, 1);
      bookEvent(clock, nobody);
      bookEvent(clock, nobody);
      assert.equal(state.open, 0);
    });
    const [kept, waiting] = [openFrame([], false), openFrame([], false)];
    runInFrame(kept, () => assert.equal(state.open, 1));
    runFollowed(waiting, () => bookEvent(clock, nobody));
    closeFollowed(waiting);
    assert.deepEqual([outer.effect, inner.effect, kept.effect], [EFFECT, EFFECT, null]);
  });
  await turn();
  await turn();
  assert.equal(state.open, 0);
});

test("a marked frame takes nothing more, and nobody listens", () => {
  const frame = openFrame([], false);
  runInFrame(frame, () => {
    bookEvent(clock, nobody);
    assert.ok(!isListening());
    bookEvent(read, nobody);
  });
  assert.ok(frame.recording.isEmpty);
});

test("what a function on the list reads is its own business, what it prints is not", () => {
  const outer = openFrame(["/lib/"], false);
  let vouched: Frame | undefined;
  runInFrame(outer, () => {
    vouched = openFrame([], true);
    runInFrame(vouched, () => {
      bookEvent(read, nobody);
      bookEvent(print, nobody);
    });
    bookEvent(read, () => "/lib/a.js");
  });
  for (const frame of [outer, vouched])
    assert.deepEqual(frame?.recording.trace, { dependencies: [], output: [output] });
});

test("after a wait, only what was waited for is taken", async () => {
  const later: AuditEvent = {
    ...read,
    token: { kind: "observed", dependency: { ...dependency, query: ["later"], waits: true } },
  };
  const frames = [later, read, print].map((event) => {
    const frame = openFrame([], false);
    const done = runFollowed(frame, async () => {
      await turn();
      runOutside(() => bookEvent(clock, nobody));
      bookEvent(event, nobody);
    });
    return { frame, done };
  });
  for (const { frame, done } of frames) {
    await done;
    closeFollowed(frame);
  }
  assert.deepEqual(
    frames.map(({ frame }) => frame.effect),
    [null, { kind: "touches-after-wait", api: "fs.readFileSync" }, { kind: "touches-after-wait", api: "console.log" }],
  );
  await turn();
});

test("what has begun has to be over at the end, in every frame around", () => {
  const pending: Pending = { why: { kind: "left-open", api: "fs.openSync" }, isOver: false };
  const over: Pending = { why: { kind: "left-open", api: "fs.open" }, isOver: true };
  const begins = (one: Pending): AuditEvent => ({ ...read, token: { kind: "observed", dependency, pending: one } });
  const outer = openFrame([], false);
  const inner = openFrame([], false);
  runInFrame(outer, () => {
    runInFrame(inner, () => [pending, over].map((one) => bookEvent(begins(one), () => null)));
    pending.isOver = true;
  });
  assert.deepEqual([inner.effect, outer.effect], [pending.why, null]);
});

test("what was left outside finds its way back", async () => {
  const frame = openFrame([], false);
  const seen = await runFollowed(frame, async () => {
    const back = wayBack();
    return runOutside(() => [current(), back(() => current())]);
  });
  closeFollowed(frame);
  assert.deepEqual(seen, [null, frame]);
});

test("what probes and taps ask has a hidden class: V8 does not search its properties each time", () => {
  // A child, because the flag is of the whole process, and the tests of one process share it.
  const program = `
    import { state } from ${JSON.stringify(new URL("../../src/trace/frames.ts", import.meta.url).href)};
    const isFast = new Function("value", "return %HasFastProperties(value)");
    state.open++;
    state.open--;
    console.log(isFast(state), isFast({ get a() { return 1; } }));
  `;
  const flags = ["--allow-natives-syntax", "--import", "tsx", "--input-type=module", "--eval", program];
  const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: "utf8" });
  assert.equal(stdout, "true false\n", stderr);
});

test("a call that makes many promises is given up, and nobody asks about it again", async () => {
  const asked: number[] = [];
  const frame = openFrame([], false, {
    mayFollow: (promises) => {
      asked.push(promises);
      return promises < 4096;
    },
  });
  await runFollowed(frame, async () => {
    for (let i = 0; i < 9000; i++) await null;
  });
  closeFollowed(frame);
  assert.deepEqual(asked, [1024, 2048, 4096]);
  assert.equal(frame.effect?.kind, "many-promises");
  await turn();
  assert.equal(state.open, 0);
});

test("what a call does around one that was given up is still told, and so is what calls after it do", async () => {
  const outer = openFrame([], false);
  await runFollowed(outer, async () => {
    const inner = openFrame([], false, { mayFollow: () => false });
    await runFollowed(inner, async () => {
      for (let i = 0; i < 3000; i++) await null;
    });
    closeFollowed(inner);
    assert.equal(inner.effect?.kind, "many-promises");
    assert.equal(outer.effect, null);
    Promise.reject(new Error("dropped")).catch(() => {});
    Promise.race([new Promise(() => {})]);
    await null;
    assert.equal(current(), outer);
  });
  assert.ok(outer.loose.isAnyDropped);
  closeFollowed(outer);
  const next = openFrame([], false);
  await runFollowed(next, async () => {
    await null;
    bookEvent(clock, nobody);
  });
  closeFollowed(next);
  assert.deepEqual(next.effect, EFFECT);
  await turn();
  assert.equal(state.open, 0);
});

test("a call that begins when no other is watched over any more is watched over", async () => {
  const frame = openFrame([], false, { mayFollow: () => false });
  const next = openFrame([], false);
  await runFollowed(frame, async () => {
    for (let i = 0; i < 3000; i++) await null;
    // Nobody follows which call this belongs to by now, where that costs anything.
    await runFollowed(next, async () => {
      await null;
      await turn();
      assert.equal(current(), next);
      Promise.race([new Promise(() => {})]);
      bookEvent(clock, nobody);
    });
    assert.ok(next.loose.isAnyDropped);
    closeFollowed(next);
    await null;
    assert.notEqual(current(), next);
  });
  closeFollowed(frame);
  assert.deepEqual([frame.effect?.kind, next.effect], ["many-promises", EFFECT]);
  await turn();
  assert.deepEqual([state.open, current()], [0, null]);
});
