/** Which calls of functions memoized by hand are noted, and for whom. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bookCall, bookTrace } from "../../src/trace/booking.ts";
import { enterFrame, type Frame, leaveFrame, openFrame } from "../../src/trace/frames.ts";
import { MadeCallsNotes } from "../../src/trace/made-calls.ts";
import { NO_TRACE } from "../../src/trace/trace.ts";

const call = (key: string) => ({ key, name: `name ${key}` });

/** Runs work in frames, one in the other: by hand or not. @returns what they have noted, the outermost first */
function inFrames(kinds: readonly ("by hand" | "guard")[], work: () => void) {
  const frames: Frame[] = [];
  const enter = (left: readonly ("by hand" | "guard")[]): void => {
    const [kind, ...rest] = left;
    if (kind === undefined) return work();
    const frame = openFrame([], false, { byHand: kind === "by hand" });
    frames.push(frame);
    const outer = enterFrame(frame);
    enter(rest);
    leaveFrame(frame, outer);
  };
  enter(kinds);
  return frames.map(({ recording }) => {
    const { made } = recording.trace;
    if (made === undefined || made === "unknown") return made;
    return { direct: made.direct.map(({ key }) => key), indirect: made.indirect };
  });
}

test("a call is direct up to the next call of a function that is memoized by hand", () => {
  const reachCache = () => bookCall(() => call("a"));
  const [direct, indirect] = [
    { direct: ["a"], indirect: [] },
    { direct: [], indirect: ["a"] },
  ];
  assert.deepEqual(inFrames(["guard", "by hand", "guard"], reachCache), [indirect, direct, direct]);
  assert.deepEqual(
    inFrames(["by hand"], () => {}),
    [undefined],
  );
  assert.doesNotThrow(reachCache);
});

test("what an answered call has called counts for those around it", () => {
  const trace = { ...NO_TRACE, made: { direct: [call("a")], indirect: ["b"] } };
  const [through, hidden] = [
    { direct: ["a"], indirect: ["b"] },
    { direct: [], indirect: ["a", "b"] },
  ];
  assert.deepEqual(
    inFrames(["by hand", "guard"], () => bookTrace(trace, false)),
    [through, through],
  );
  assert.deepEqual(
    inFrames(["by hand", "guard"], () => bookTrace(trace, true)),
    [hidden, hidden],
  );
  assert.deepEqual(
    inFrames(["by hand"], () => bookTrace({ ...NO_TRACE, made: "unknown" }, true)),
    ["unknown"],
  );
  assert.deepEqual(
    inFrames(["by hand"], () => bookTrace(NO_TRACE, true)),
    [undefined],
  );
});

test("a call without a key, or too many of them, make a list that nobody may rely on", () => {
  const withoutKey = () => {
    bookCall(() => call("a"));
    bookCall(null);
    bookCall(() => call("b"));
  };
  assert.deepEqual(inFrames(["by hand", "by hand"], withoutKey), ["unknown", "unknown"]);
  const notes = new MadeCallsNotes();
  for (let i = 0; i < 500; i++) notes.note(call(`direct ${i}`), true);
  for (let i = 0; i < 500; i++) notes.note(call(`indirect ${i}`), false);
  notes.note(call("direct 0"), false);
  notes.note(call("indirect 0"), true);
  assert.notEqual(notes.made, "unknown", "each counts once");
  assert.equal(notes.made !== "unknown" && notes.made.direct.length, 501);
  assert.equal(notes.made !== "unknown" && notes.made.indirect.length, 499);
  notes.noteMade({ direct: [], indirect: ["one more"] }, true);
  assert.equal(notes.made, "unknown");
});
