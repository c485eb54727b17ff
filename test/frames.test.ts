/** The stack of recorded calls, and whom an event marks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import {
  type AuditEvent,
  bookEvent,
  closeFollowed,
  current,
  type Frame,
  openFrame,
  runFollowed,
  runSync,
  state,
} from "../src/frames.ts";

const clock: AuditEvent = { kind: "clock", name: "Date.now" };
const nobody = (): string | null => assert.fail("nobody asked for the caller");
const MARK = "touches Date.now (clock)";

test("an event marks every open frame around it, and the first event stays", () => {
  const outer = openFrame([], false);
  let inner: Frame | undefined;
  runSync(outer, () => {
    inner = openFrame([], false);
    assert.equal(inner.parent, outer);
    runSync(inner, () => {
      assert.equal(current(), inner);
      bookEvent(clock, nobody);
      bookEvent({ kind: "random", name: "Math.random" }, nobody);
    });
    assert.equal(current(), outer);
  });
  assert.equal(inner?.mark, MARK);
  assert.equal(outer.mark, MARK);
  assert.equal(current(), null);
});

test("an event outside of a frame marks nothing", () => {
  const outer = openFrame([], false);
  let after: Frame | undefined;
  runSync(outer, () => {
    after = openFrame([], false);
    runSync(after, () => {});
    bookEvent(clock, nobody);
  });
  bookEvent(clock, nobody);
  assert.equal(after?.mark, null);
  assert.equal(outer.mark, MARK);
});

test("a frame is closed when its body throws", () => {
  const frame = openFrame([], false);
  const open = state.open;
  assert.throws(() => runSync(frame, () => assert.fail("as it should")));
  assert.equal(frame.open, false);
  assert.equal(state.open, open);
  assert.equal(current(), null);
});

test("a function on the list shields itself and those around it, but not those inside", () => {
  const outer = openFrame([], false);
  let vouched: Frame | undefined;
  let inner: Frame | undefined;
  runSync(outer, () => {
    vouched = openFrame([], true);
    runSync(vouched, () => {
      inner = openFrame([], false);
      runSync(inner, () => bookEvent(clock, nobody));
    });
  });
  assert.deepEqual([outer.mark, vouched?.mark, inner?.mark], [null, null, MARK]);
});

test("what the code of a listed package does marks no frame that reaches the package", () => {
  const folder = "/project/node_modules/lib/";
  const mark = (file: string | null): string | null => {
    const frame = openFrame([folder], false);
    runSync(frame, () => bookEvent(clock, () => file));
    return frame.mark;
  };
  assert.equal(mark(`${folder}index.js`), null);
  assert.equal(mark("/project/src/a.js"), MARK);
  assert.equal(mark("/project/node_modules/lib-other/index.js"), MARK);
  assert.equal(mark(null), MARK);
});

test("the caller is asked for once", () => {
  let asked = 0;
  const outer = openFrame(["/lib/"], false);
  const caller = () => {
    asked++;
    return "/lib/a.js";
  };
  runSync(outer, () => {
    runSync(openFrame(["/lib/"], false), () => bookEvent(clock, caller));
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
  assert.equal(frame.mark, MARK);
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
    frames.map(({ mark }) => mark),
    [null, MARK],
  );
  await turn();
});

test("a synchronous call within an asynchronous one has it for its parent", async () => {
  const outer = openFrame([], false);
  await runFollowed(outer, async () => {
    await null;
    const inner = openFrame([], false);
    assert.equal(inner.parent, outer);
    runSync(inner, () => bookEvent(clock, nobody));
  });
  closeFollowed(outer);
  assert.equal(outer.mark, MARK);
  await turn();
});

test("what comes after the end takes the entry back", async () => {
  const frame = openFrame([], false);
  const late: string[] = [];
  let work: Promise<void> | undefined;
  runFollowed(frame, () => {
    work = Promise.resolve().then(() => bookEvent(clock, nobody));
  });
  closeFollowed(frame);
  frame.onLate = (mark) => late.push(mark);
  await work;
  assert.equal(frame.mark, null);
  assert.deepEqual(late, [MARK]);
  await turn();
  assert.equal(state.open, 0);
});
