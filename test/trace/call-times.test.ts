/** What overlapping calls of async functions take: programs of such calls run on a clock that only their work moves. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CallTimes, type OpenCall } from "../../src/trace/call-times.ts";

/** A piece of an async function. */
type Step =
  | { readonly kind: "work"; readonly ms: number }
  /** A turn of the microtask queue, or of the event loop. */
  | { readonly kind: "turn" }
  | { readonly kind: "idle" }
  | { readonly kind: "await"; readonly calls: readonly Plan[] }
  /** Nobody waits for the call. */
  | { readonly kind: "drop"; readonly call: Plan };

/** One call: whether a guard tells when its body runs, and what it does. */
interface Plan {
  readonly hasGuard: boolean;
  readonly steps: readonly Step[];
}

/** A call of a function with a guard that has ended. */
interface Ended {
  readonly plan: Plan;
  /** Whether no call that is timed made it. */
  readonly isOuter: boolean;
  readonly parent: OpenCall | null;
  readonly call: OpenCall;
  readonly ran: number;
}

class Simulation {
  clock = 0;
  readonly ended: Ended[] = [];
  readonly #times = new CallTimes(() => this.clock);

  async run({ hasGuard, steps }: Plan): Promise<void> {
    const call = hasGuard ? this.#times.begin(null) : null;
    for (const step of steps) {
      let waits: Promise<unknown> | null = null;
      if (step.kind === "work") this.clock += step.ms;
      else if (step.kind === "drop") void this.run(step.call);
      else if (step.kind === "turn") waits = Promise.resolve();
      else if (step.kind === "idle") waits = new Promise((resolve) => setImmediate(resolve));
      else waits = Promise.all(step.calls.map((one) => this.run(one)));
      if (waits === null) continue;
      if (call) this.#times.leave(call);
      await waits;
      if (call) this.#times.enter(call);
    }
    if (!call) return;
    const { parent } = call;
    this.ended.push({ plan: { hasGuard, steps }, isOuter: parent === null, parent, call, ran: this.#times.end(call) });
  }

  /** What the call of a function took that has so many steps. */
  ran(plan: Plan): number {
    const found = this.ended.find(({ plan: { steps } }) => steps === plan.steps);
    assert.ok(found, "the call has ended");
    return found.ran;
  }
}

const work = (ms: number): Step => ({ kind: "work", ms });
const awaits = (...calls: readonly Plan[]): Step => ({ kind: "await", calls });
const TURN: Step = { kind: "turn" };
const IDLE: Step = { kind: "idle" };
const guarded = (...steps: readonly Step[]): Plan => ({ hasGuard: true, steps });
const bare = (...steps: readonly Step[]): Plan => ({ hasGuard: false, steps });

async function simulate(plan: Plan): Promise<Simulation> {
  const simulation = new Simulation();
  await simulation.run(plan);
  await new Promise((resolve) => setImmediate(resolve));
  return simulation;
}

describe("what a call takes", () => {
  test("its body, and the code without a guard that it waits for", async () => {
    const ask = guarded(work(2), awaits(bare(TURN, work(100), TURN, IDLE, work(14))));
    assert.equal((await simulate(bare(awaits(ask)))).ran(ask), 116);
  });

  test("not what its caller does before it waits for it", async () => {
    const inner = guarded(work(1), TURN, work(2));
    const simulation = new Simulation();
    const call = simulation.run(inner);
    simulation.clock += 500;
    await call;
    assert.equal(simulation.ran(inner), 3);
  });

  test("not what the calls beside it do, where all have guards", async () => {
    const beside = [1, 10, 100].map((ms) => guarded(work(ms), TURN, work(ms), IDLE, work(ms)));
    const outer = guarded(awaits(...beside), work(1));
    const simulation = await simulate(outer);
    assert.deepEqual(
      beside.map((one) => simulation.ran(one)),
      [3, 30, 300],
    );
    assert.equal(simulation.ran(outer), 334);
  });

  test("an equal part, where code without a guard runs for one of several", async () => {
    const beside = Array.from({ length: 4 }, () => guarded(awaits(bare(TURN, work(12), IDLE))));
    const simulation = await simulate(bare(awaits(...beside)));
    assert.deepEqual(
      beside.map((one) => simulation.ran(one)),
      [12, 12, 12, 12],
    );
  });

  test("all of what it waits for, however deep the calls are", async () => {
    const inmost = guarded(TURN, awaits(bare(TURN, work(8))));
    const middle = guarded(awaits(inmost), work(1));
    const outer = guarded(awaits(middle), work(1));
    const simulation = await simulate(bare(awaits(outer)));
    assert.deepEqual(
      [inmost, middle, outer].map((one) => simulation.ran(one)),
      [8, 9, 10],
    );
  });

  test("not what it has begun and did not wait for", async () => {
    const dropped = guarded(IDLE, work(50));
    const outer = guarded(work(1), { kind: "drop", call: dropped }, TURN, work(1));
    const simulation = await simulate(bare(awaits(outer), IDLE, IDLE));
    assert.deepEqual([simulation.ran(outer), simulation.ran(dropped)], [2, 50]);
  });
});

/** Numbers that are the same in each run (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function randomPlan(below: (n: number) => number, depth: number, guards: number): Plan {
  const inner = () => randomPlan(below, depth - 1, guards);
  const step = (): Step => {
    const kind = below(depth > 0 ? 6 : 4);
    if (kind < 2) return work(below(20));
    if (kind < 4) return kind === 2 ? TURN : IDLE;
    if (below(6) === 0) return { kind: "drop", call: inner() };
    return awaits(...Array.from({ length: 1 + below(3) }, inner));
  };
  return { hasGuard: below(100) < guards, steps: Array.from({ length: 1 + below(5) }, step) };
}

/** The work of a call and of all that it waits for. */
function workOf({ steps }: Plan): number {
  return steps.reduce((sum, step) => {
    if (step.kind === "work") return sum + step.ms;
    return step.kind === "await" ? sum + step.calls.reduce((all, one) => all + workOf(one), 0) : sum;
  }, 0);
}

const hasDropped = ({ steps }: Plan): boolean =>
  steps.some((step) => step.kind === "drop" || (step.kind === "await" && step.calls.some(hasDropped)));

describe("programs of random calls", () => {
  test("no moment counts twice", async () => {
    let overlapped = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const below = random(seed);
      const simulation = await simulate(bare(awaits(randomPlan(below, 4, 60), randomPlan(below, 4, 60)), IDLE, IDLE));
      const sum = (some: readonly Ended[]) => some.reduce((total, { ran }) => total + ran, 0);
      const outer = simulation.ended.filter(({ isOuter }) => isOuter);
      if (outer.length > 1) overlapped++;
      const busy = simulation.clock;
      assert.ok(sum(outer) <= busy + 1e-6, `seed ${seed}: ${sum(outer)} ms in ${busy}`);
      for (const [at, { call, ran }] of simulation.ended.entries()) {
        const inner = sum(simulation.ended.slice(0, at).filter(({ parent }) => parent === call));
        assert.ok(inner <= ran + 1e-6, `seed ${seed}: calls of ${inner} ms in one of ${ran}`);
      }
    }
    assert.ok(overlapped > 100, `${overlapped} programs with several outer calls`);
  });

  test("where all functions have guards and all calls are waited for, each takes its own work and that of its calls", async () => {
    let programs = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const plan = randomPlan(random(seed), 4, 100);
      if (hasDropped(plan)) continue;
      programs++;
      const simulation = await simulate(plan);
      for (const { plan, ran } of simulation.ended) assert.equal(ran, workOf(plan), `seed ${seed}`);
    }
    assert.ok(programs > 100, `${programs} programs`);
  });
});
