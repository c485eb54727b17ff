/** The clock of dumbo's own work leaves out what others took of the processor meanwhile. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { step, withinTime } from "../../src/value/time-limit.ts";
import { TooLarge } from "../../src/value/unkeyable.ts";
import { WorkClock } from "../../src/value/work-clock.ts";

function machine() {
  const time = { wall: 100, worked: 40 };
  const clock = new WorkClock(
    () => time.wall,
    () => time.worked,
  );
  const work = (ms: number, stolen = 0) => {
    time.wall += ms + stolen;
    time.worked += ms;
  };
  return { clock, work };
}

/** A clock whose questions for the processor time are counted. @param ms what each question takes */
function asked(ms: number) {
  const time = { wall: 100, worked: 40 };
  let count = 0;
  const clock = new WorkClock(
    () => time.wall,
    () => {
      count++;
      time.wall += ms;
      time.worked += ms;
      return time.worked;
    },
  );
  return { clock, time, questions: () => count };
}

/** More steps than there are from one look at the clock to the next. */
const MANY = 1000;

test("work that nobody interrupts takes what the clock on the wall says", () => {
  const { clock, work } = machine();
  const began = clock.begin();
  work(7);
  assert.equal(clock.taken(began), 7);
  assert.equal(clock.now(), 107);
});

test("what others took is left out, once", () => {
  const { clock, work } = machine();
  const began = clock.begin();
  work(2, 30);
  assert.equal(clock.taken(began), 2);
  assert.equal(clock.now(), 102);
  assert.equal(clock.taken(began), 2);
  clock.end(100);
  assert.equal(clock.now(), 102);
});

test("where other threads of the process have worked as well, the clock on the wall counts", () => {
  const { clock, work } = machine();
  const began = clock.begin();
  work(9, -4);
  assert.equal(clock.taken(began), 5);
});

test("what comes after measured work, before all of it is over, is asked about at its end", () => {
  const { clock, work } = machine();
  clock.begin();
  work(1, 20);
  clock.end(100);
  assert.equal(clock.now(), 101);
});

test("a question that takes long was interrupted", () => {
  const { clock, work } = machine();
  const started = clock.now();
  work(0.003, 20);
  clock.end(started);
  assert.ok(clock.now() - started <= 0.5, `${clock.now() - started} ms`);
  work(30);
  assert.ok(clock.now() - started > 30, "what the program does counts");
});

test("a walk is not abandoned because others had the processor", () => {
  const { clock, work } = machine();
  withinTime(5, clock, () => {
    work(1, 50);
    step(MANY);
  });
  assert.equal(clock.now(), 101);
});

test("a walk is abandoned when it has worked for its time", () => {
  const { clock, work } = machine();
  assert.throws(
    () =>
      withinTime(5, clock, () => {
        work(1, 50);
        step(MANY);
        work(5);
        step(MANY);
      }),
    TooLarge,
  );
  step(MANY);
});

test("work that follows other work at once is begun without another question", () => {
  const { clock, time, questions } = asked(0);
  for (let i = 0; i < 100; i++) {
    const began = clock.begin();
    time.wall += 0.01;
    time.worked += 0.01;
    clock.end(began.at);
  }
  assert.ok(questions() <= 5, `${questions()} questions`);
  // Work that turns out to be long is asked about.
  const began = clock.begin();
  time.wall += 30;
  time.worked += 3;
  const taken = clock.taken(began);
  assert.ok(taken > 2.7 && taken < 3.3, `${taken} ms`);
});

test("a body of the program takes what the processor worked", () => {
  const { clock, work } = machine();
  const began = clock.mark();
  work(10, 50);
  assert.equal(clock.taken(began), 10);
  work(5);
  assert.equal(clock.now(), 115);
});

test("where the question itself takes long, it is rarely asked", () => {
  const { clock, time, questions } = asked(0.2);
  for (let i = 0; i < 500; i++) {
    const began = clock.begin();
    time.wall += 1;
    time.worked += 1;
    assert.ok(clock.taken(began) < 1.5);
    clock.end(began.at);
  }
  assert.ok(questions() > 5 && questions() < 60, `${questions()} questions in ${time.wall - 100} ms`);
});
