/** Async calls that are only timed, on a clock that only the test moves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TimedInPlace } from "../../src/call/timed-in-place.ts";
import { CallTimes } from "../../src/trace/call-times.ts";

class Timed {
  clock = 0;
  readonly told: number[] = [];
  readonly call = new TimedInPlace(new CallTimes(() => this.clock), (ran) => this.told.push(ran));
}

test("a call that returns a promise takes until that is settled", async () => {
  for (const fails of [false, true]) {
    const timed = new Timed();
    timed.clock += 2;
    const inner = (async () => {
      await null;
      timed.clock += 114;
      if (fails) throw new Error("inner");
    })();
    timed.call.end(inner);
    assert.deepEqual(timed.told, [], "it is not over when its body is");
    await inner.catch(() => undefined);
    assert.deepEqual(timed.told, [116]);
  }
});

test("what the caller does meanwhile is not the call's", async () => {
  const timed = new Timed();
  timed.clock += 1;
  timed.call.suspend();
  timed.clock += 500;
  await null;
  timed.call.resume();
  timed.clock += 2;
  timed.call.end(undefined);
  assert.deepEqual(timed.told, [3]);
});

test("a promise of a class of the program's own is left alone, and no time is told", async () => {
  class Own<T> extends Promise<T> {}
  const timed = new Timed();
  timed.clock += 1;
  const own = Own.resolve(1);
  timed.call.end(own);
  await own;
  assert.deepEqual(timed.told, []);
});
