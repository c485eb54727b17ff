/** The measured policy: what it loses is bounded, and what is expensive is stored in the first run. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ADVANCE, INVESTMENT, LOSS, PROVEN_INVESTMENT } from "../../src/policy/budget.ts";
import { Measured } from "../../src/policy/measured.ts";
import type { History } from "../../src/policy/policy.ts";
import { Project, type RunResult, type SimulatedCall } from "../support/policy-run.ts";

const NOTHING_KNOWN = () => ({ bare: 0, runs: 0, isVain: false, isWhole: false, share: 1 });

/** What is known of a function beside the time of its calls, where it was never asked. */
const NO_RUNS = { key: 0, hits: 0, misses: 0, saved: 0, bytes: 0, reason: null };

/** So many calls, each made from its number. */
function calls(count: number, make: (i: number) => SimulatedCall): SimulatedCall[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** What a run may cost at most, whatever the program is. */
function assertBounded({ lost, bare, foreseen, longest }: RunResult): void {
  const share = LOSS + (foreseen > 0 ? PROVEN_INVESTMENT : INVESTMENT);
  const most = ADVANCE + share * Math.max(bare, foreseen) + longest;
  assert.ok(lost <= most, `lost ${lost.toFixed(1)} ms of ${bare.toFixed(0)}, more than ${most.toFixed(1)}`);
}

/** Runs a program so often, with a bound on each run. */
function runs(count: number, program: (run: number) => Iterable<SimulatedCall>): RunResult[] {
  const project = new Project();
  return Array.from({ length: count }, (_, run) => {
    const result = project.run(program(run));
    assertBounded(result);
    return result;
  });
}

const of = (result: RunResult | undefined, fn = "f") => {
  const found = result?.functions[fn];
  if (!found) throw new Error(`${fn} was not called`);
  return found;
};

describe("what is expensive is stored in the first run, and hits in the second", () => {
  test("one call, at the start", () => {
    const [first, second] = runs(2, () => [{ fn: "f", argument: 1, cost: 4300, key: 15 }]);
    assert.equal(of(first).stored, 1);
    assert.equal(of(second).hits, 1);
  });

  test("six calls, one after another, with nothing before them", () => {
    const [first, second] = runs(2, () => calls(6, (i) => ({ fn: "f", argument: i, cost: 800, key: 18 })));
    assert.equal(of(first).stored, 6);
    assert.equal(of(second).hits, 6);
  });

  test("six calls whose first key takes twice as long as its values should", () => {
    const call = { fn: "f", cost: 800, key: 18, coldKey: 38, counted: 18 };
    const [first, second] = runs(2, () => calls(6, (i) => ({ ...call, argument: i })));
    assert.equal(of(first).stored, 6);
    assert.equal(of(second).hits, 6);
  });

  test("calls of unlike cost, some of which take more to store than the budget has for each", () => {
    const program = () =>
      calls(700, (i) => ({ fn: "f", argument: i, cost: i % 4 === 0 ? 16 : 4, key: 0.5, record: 0 }));
    const [first, second, third] = runs(3, program);
    assert.ok(of(first).stored > 600, `${of(first).stored} of 700 stored`);
    assert.ok(of(second).hits + of(second).stored > 690, `${of(second).hits} hits, ${of(second).stored} stored`);
    assert.ok(of(third).hits > 690, `${of(third).hits} hits`);
  });

  test("a call whose record takes longer than it may is recorded in vain in few runs", () => {
    const all = runs(24, () => [
      { fn: "other", argument: 1, cost: 1500, key: 9000 },
      { fn: "f", argument: 1, cost: 400, key: 5, record: 500 },
    ]);
    const tries = all.filter((run) => of(run).keys > 0).length;
    assert.ok(tries >= 2 && tries <= 4, `${tries} tries`);
  });

  test("a record that has run out of time on a busy machine is made in a later run", () => {
    const project = new Project();
    const call = (record: number) => [{ fn: "f", argument: 1, cost: 400, key: 5, record }];
    assert.equal(of(project.run(call(300))).stored, 0);
    const stored = Array.from({ length: 4 }, () => of(project.run(call(30))).stored);
    assert.equal(
      stored.reduce((sum, one) => sum + one),
      1,
    );
    assert.equal(of(project.run(call(30))).hits, 1);
  });

  test("calls that cannot be timed: keys are tried again where the calls may be long, and not where they are short", () => {
    const policy = (ran: () => number) =>
      new Measured(ran, () => ({ bare: 4000, runs: 0, isVain: false, isWhole: false, share: 1 })).account(null, false);
    const abandoned = (between: number) => {
      let clock = 50;
      const account = policy(() => clock);
      let keys = 0;
      for (let i = 0; i < 200; i++, clock += between) {
        const allowed = account.allowance("nothing");
        if (allowed === null) {
          account.decline();
          continue;
        }
        keys++;
        clock += allowed.ms;
        account.abandoned(allowed.ms);
        account.decline();
      }
      return keys;
    };
    assert.equal(abandoned(0.01), 1);
    assert.equal(abandoned(300), 2);
  });

  test("six calls whose keys are too large to be made on trust: all but the first", () => {
    const [first, second, third] = runs(3, () => calls(6, (i) => ({ fn: "f", argument: i, cost: 800, key: 38 })));
    assert.equal(of(first).stored, 5);
    assert.deepEqual([of(second).hits, of(second).stored], [5, 1]);
    assert.equal(of(third).hits, 6);
  });

  test("six calls whose first key describes much state: it is made for all of them", () => {
    const program = () => calls(6, (i) => ({ fn: "f", argument: i, cost: 200, key: 5, coldKey: 130, counted: 5 }));
    const [first, second, third] = runs(3, program);
    assert.equal(of(first).stored, 0);
    assert.equal(of(second).stored, 6);
    assert.equal(of(third).hits, 6);
  });

  test("a key that takes most of what may be invested is not lost for want of time for its record", () => {
    const [, second, third] = runs(3, () => [
      { fn: "f", argument: 1, cost: 1000, key: 110, coldKey: 160, counted: 110, record: 20 },
      { fn: "rest", argument: 1, cost: 100, key: 400 },
    ]);
    assert.deepEqual([of(second).keys, of(second).stored], [1, 1]);
    assert.equal(of(third).hits, 1);
  });

  test("expensive calls after cheap ones that took the advance", () => {
    const [first, second] = runs(2, () => [
      ...calls(30, (i) => ({ fn: `cheap${i}`, argument: 1, cost: 0.1, key: 10 })),
      ...calls(5, (i) => ({ fn: "f", argument: i, cost: 500, key: 10 })),
    ]);
    assert.ok(of(first).stored >= 4, `${of(first).stored} of 5 stored`);
    assert.ok(of(second).hits >= 4, `${of(second).hits} hits`);
  });

  test("many functions of middling cost", () => {
    const [first, second] = runs(2, () => calls(200, (i) => ({ fn: `f${i}`, argument: 1, cost: 10, key: 0.2 })));
    const stored = Object.values(first?.functions ?? {}).filter((one) => one.stored > 0).length;
    assert.equal(stored, 200);
    assert.equal(Object.values(second?.functions ?? {}).filter((one) => one.hits > 0).length, 200);
  });
});

describe("what has answered calls is stored further", () => {
  test("calls whose keys and records take half of them, as soon as the first of them have hit", () => {
    const call = { fn: "f", cost: 100, key: 12, coldKey: 80, record: 20, isTimedFirst: true };
    const all = runs(5, () => calls(20, (i) => ({ ...call, argument: i })));
    const stored = all.map((run) => of(run).stored);
    assert.ok((stored[1] ?? 0) > 0 && (stored[1] ?? 0) < 10, `${stored} stored while nothing had hit`);
    assert.ok(of(all[3]).hits >= 19, `${stored} stored`);
    assert.equal(of(all[4]).hits, 20, `${stored} stored`);
  });

  test("many calls whose first key takes a hundred times as long as one of them: it is made for all of them", () => {
    const program = () =>
      calls(700, (i) => ({ fn: "f", argument: i, cost: 1, key: 0.1, coldKey: 120, counted: 0.1, record: 0.1 }));
    const all = runs(5, program);
    assert.ok(of(all[1]).stored > 100, `${of(all[1]).stored} stored`);
    assert.equal(of(all[4]).hits, 700);
  });

  test("such a key is tried in few runs, if it takes longer than it may, or later ones take as long as the calls", () => {
    const lost = (program: () => SimulatedCall[]) => runs(8, program).map(({ took, bare }) => took / bare);
    const large = { cost: 7, key: 0.5, coldKey: 250, counted: 0.5 };
    const later = { cost: 1, key: 5, coldKey: 120, counted: 5 };
    const each = { cost: 1, key: 0.1, coldKey: 60, counted: 0.1 };
    const programs = [
      () => calls(100, (i) => ({ fn: "f", argument: i, ...large })),
      () => calls(700, (i) => ({ fn: "f", argument: i, ...later })),
      () => calls(700, (i) => ({ fn: `f${i % 10}`, argument: i, ...each })),
    ];
    for (const program of programs) {
      const costly = lost(program).filter((ratio) => ratio > 1.05);
      assert.ok(costly.length <= 3, `runs of ${costly.map((ratio) => ratio.toFixed(2)).join(", ")}`);
    }
  });

  test("where a run can store few of the calls, few more get a key", () => {
    const all = runs(8, () =>
      calls(250, (i) => ({ fn: "f", argument: i, cost: 2.8, key: 1.2, coldKey: 6, record: 0.3 })),
    );
    for (const [i, run] of all.entries()) {
      const { keys, stored } = of(run);
      assert.ok(keys <= stored + 20, `run ${i + 1}: ${keys} keys, ${stored} stored`);
    }
    assert.equal(of(all.at(-1)).hits, 250);
  });

  test("calls that an earlier run has stored are found behind many that none has", () => {
    const project = new Project();
    const call = (i: number) => ({ fn: "f", argument: i, cost: 3, key: 1, record: 0.2 });
    const program = calls(200, call);
    for (let i = 0; i < 6; i++) project.run(program.slice(150));
    const before = of(project.run(program.slice(150))).hits;
    assert.equal(before, 50);
    project.run(program);
    const { hits } = of(project.run(program));
    assert.ok(hits > 80, `${hits} hits`);
  });

  test("not where stored results are not asked for again", () => {
    const call = { fn: "f", cost: 100, key: 12, coldKey: 80, record: 20, isTimedFirst: true };
    const all = runs(6, (run) => calls(20, (i) => ({ ...call, argument: i === 0 ? 0 : `${run} ${i}` })));
    // One result was stored and has answered a call: the third run bets on that, and the next ones know better.
    const lost = all.map((run) => run.lost / run.bare);
    for (const share of lost.slice(4)) assert.ok(share < 0.15, `${lost}`);
    assert.ok((lost[3] ?? 1) < 0.25, `${lost}`);
  });

  test("what a function needs that is preferred is not spent on what it calls", () => {
    const outer = { fn: "f", cost: 10, key: 20, coldKey: 80, record: 12 };
    const inner = { cost: 20, key: 8, record: 4, coldKey: 30, inside: "f" };
    const program = () =>
      Array.from({ length: 20 }, (_, i) => [
        { ...outer, argument: i, cost: 100 },
        ...calls(5, (j) => ({ ...inner, fn: `g${j}`, argument: `${i} ${j}`, covered: true })),
      ]).flat();
    const all = runs(5, program);
    assert.ok(of(all[4]).hits >= 18, `${all.map((run) => of(run).stored)} stored`);
  });
});

describe("what brings nothing costs little", () => {
  test("a cheap function called a million times", () => {
    const [first, second] = runs(2, () => calls(1_000_000, (i) => ({ fn: "f", argument: i, cost: 0.001, key: 0.002 })));
    assert.ok((first as RunResult).lost < 2, `${first?.lost}`);
    assert.equal(second?.lost, 0);
  });

  test("a function whose first call was slow is given up all the same", () => {
    const [first, second] = runs(2, () =>
      calls(200, (i) => ({ fn: "f", argument: i, cost: i === 0 ? 0.3 : 0.001, key: 0.002 })),
    );
    assert.equal(of(first).off, "cheap");
    assert.equal(of(second).calls, 0);
  });

  test("a large argument to a cheap body: its key is not made twice", () => {
    const program = (run: number) => [
      ...calls(10, (i) => ({ fn: "work", argument: i, cost: 200, key: 1 })),
      ...calls(20, (i) => ({ fn: "f", argument: `${run} ${i}`, cost: 5, key: 1400 })),
    ];
    const all = runs(4, program);
    for (const { lost } of all) assert.ok(lost < 150, `lost ${lost}`);
    for (const result of all.slice(1)) assert.equal(of(result, "work").hits, 10);
    for (const result of all.slice(2)) assert.ok(result.lost < 1, `lost ${result.lost}`);
  });

  test("expensive and cheap calls of one function in turn, with the same large key", () => {
    const [first] = runs(1, () => calls(400, (i) => ({ fn: "f", argument: i, cost: i % 2 === 0 ? 800 : 1, key: 40 })));
    assert.ok(of(first).stored > 50, `${of(first).stored} of 200 stored`);
  });

  test("a function whose calls pay now and then is still asked", () => {
    const program = () => calls(200, (i) => ({ fn: "f", argument: i, cost: i % 12 === 0 ? 20 : 0.4, key: 0.3 }));
    const [first] = runs(1, program);
    assert.equal(of(first).off, null);
    assert.ok(of(first).stored > 12, `${of(first).stored} of 17 stored`);
  });

  test("a function that turns cheap after a few expensive calls", () => {
    runs(2, () => calls(5000, (i) => ({ fn: "f", argument: i, cost: i < 5 ? 2000 : 0.5, key: 60 })));
  });

  test("new arguments in each run: they are stored less and less, and at last the function is left alone", () => {
    const all = runs(8, (run) => calls(50, (i) => ({ fn: "f", argument: `${run} ${i}`, cost: 20, key: 0.5 })));
    assert.equal(of(all[0]).stored, 50);
    assert.equal(all.at(-1)?.lost, 0);
    const spent = all.map(({ lost }) => lost);
    for (const [run, lost] of spent.entries()) assert.ok(lost <= (spent[run - 1] ?? lost), spent.join(" "));
    for (const lost of spent.slice(3)) assert.ok(lost < (spent[0] as number) / 3, spent.join(" "));
  });

  test("calls inside of recorded ones leave the budget to those around them", () => {
    const inner = (i: number) =>
      calls(200, (j) => ({ fn: "inner", argument: `${i} ${j}`, cost: 0.4, key: 0.1, covered: true }));
    const outer = (i: number): SimulatedCall => ({ fn: "f", argument: i, cost: 100, key: 1 });
    const [first] = runs(1, () => Array.from({ length: 50 }, (_, i) => [...inner(i), outer(i)]).flat());
    assert.ok(of(first).stored >= 48, `${of(first).stored} of 50 stored`);
  });

  test("records that take longer than the calls are given up when their time is over, and not begun again soon", () => {
    const [first, second] = runs(2, (run) => [
      ...calls(5, (i) => ({ fn: "work", argument: i, cost: 100, key: 0.5 })),
      ...calls(20, (i) => ({ fn: "f", argument: `${run} ${i}`, cost: 100, key: 1, record: 400 })),
    ]);
    assert.equal(of(first).stored, 0);
    assert.ok((first as RunResult).lost < 160, `lost ${first?.lost}`);
    assert.equal(of(second, "work").hits, 5);
  });

  test("a large key that its values do not tell is given up when its time is over", () => {
    const [first] = runs(1, () => [
      ...calls(20, (i) => ({ fn: `f${i}`, argument: 1, cost: 1, key: 300, counted: 0.1 })),
      ...calls(5, (i) => ({ fn: "work", argument: i, cost: 100, key: 1 })),
    ]);
    assert.ok((first as RunResult).longest <= ADVANCE, `${first?.longest} ms at a time`);
    assert.ok(of(first, "work").stored >= 4, `${of(first, "work").stored} of 5 stored`);
  });

  test("calls that are too cheap for a question are hardly asked for", () => {
    const cheap = { cost: 0.004, key: 50, record: 1 };
    const [first] = runs(1, () => calls(400, (i) => ({ fn: "f", argument: i, ...cheap })));
    assert.ok(of(first).keys + of(first).runs <= 20, `${of(first).runs} calls were measured`);
  });

  test("one costly mistake does not keep others from being stored", () => {
    const [first] = runs(1, () => [
      { fn: "f", argument: 1, cost: 200, key: 1, record: 900 },
      ...calls(20, (i) => ({ fn: "work", argument: i, cost: 200, key: 1 })),
    ]);
    assert.ok(of(first, "work").stored >= 19, `${of(first, "work").stored} of 20 stored`);
  });

  test("functions whose calls cannot be kept", () => {
    runs(3, () => calls(400, (i) => ({ fn: `f${i % 40}`, argument: i, cost: 3, key: 5, impure: true })));
  });

  test("functions that are refused in each run are asked in fewer and fewer of them", () => {
    const all = runs(10, () => calls(40, (i) => ({ fn: "f", argument: i, cost: 30, key: 1, impure: true })));
    const asked = all.flatMap((run, i) => (of(run).keys > 0 ? [i + 1] : []));
    assert.deepEqual(asked, [1, 3, 9]);
  });
});

test("whatever a program calls, the loss of each of its runs is bounded", () => {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 48271) >>> 0) % 2147483647;
    return state / 2147483647;
  };
  let stored = 0;
  for (let program = 0; program < 300; program++) {
    const functions = Array.from({ length: 1 + Math.floor(random() * 30) }, (_, i) => ({
      fn: `f${i}`,
      cost: 10 ** (random() * 6 - 3),
      key: 10 ** (random() * 5 - 3),
      record: 10 ** (random() * 5 - 3),
      spread: random() * 3,
      distinct: random() < 0.5 ? 3 : 1000,
      isNew: random() < 0.3,
      covered: random() < 0.3,
      impure: random() < 0.2,
    }));
    const all = runs(3, (run) =>
      calls(400, () => {
        const { fn, cost, key, spread, distinct, isNew, ...rest } = functions[
          Math.floor(random() * functions.length)
        ] as (typeof functions)[number];
        const argument = `${isNew ? run : 0} ${Math.floor(random() * distinct)}`;
        return { fn, argument, cost: cost * 10 ** (random() * spread), key: key * 10 ** (random() * spread), ...rest };
      }),
    );
    for (const { functions: results } of all) for (const one of Object.values(results)) stored += one.stored;
  }
  assert.ok(stored > 10_000, `${stored} results were stored`);
});

describe("what earlier runs know decides whether a function is asked at all", () => {
  const known: History = { run: 1, key: 0.1, hits: 0, misses: 0, saved: 0, bytes: 0, reason: null };
  const isPromising = (more: Partial<History>) =>
    new Measured(() => 0, NOTHING_KNOWN).account({ ...known, ...more }, false).prospect !== "hopeless";

  test("a new one is, and one whose hits saved something", () => {
    assert.equal(isPromising({}), true);
    assert.equal(isPromising({ hits: 3, saved: 2 }), true);
  });
  test("one whose hits cost more than they saved is not, but one such hit may be a busy machine", () => {
    assert.equal(isPromising({ hits: 3, saved: -2 }), false);
    assert.equal(isPromising({ hits: 1, saved: -2 }), true);
  });
  test("one that kept nothing is not, unless it was refused", () => {
    assert.equal(isPromising({ misses: 5 }), false);
    assert.equal(isPromising({ misses: 5, reason: { kind: "clock", api: "Date" } }), true);
  });
  test("one whose keys cost more than its calls is not", () => {
    assert.equal(isPromising({ run: 5, key: 1400 }), false);
    assert.equal(isPromising({ run: 5, key: 0, keyOver: 30 }), false);
    assert.equal(isPromising({ run: 800, key: 0, keyOver: 30 }), true);
  });
  test("one that missed in five runs and never hit is not", () => {
    const kept = { misses: 100, bytes: 10 };
    assert.equal(isPromising({ ...kept, fruitless: 4 }), true);
    assert.equal(isPromising({ ...kept, fruitless: 5 }), false);
  });
});

test("a call pays when it costs more than twice its key and look-up", () => {
  const account = new Measured(() => 0, NOTHING_KNOWN).account(null, false);
  account.keyed(0.1);
  account.keyed(0.1);
  assert.equal(account.pays(0.01, 0), false);
  assert.equal(account.pays(1, 0), true);
  assert.equal(account.pays(10, 6), false);
  assert.equal(account.pays(20, 6), true);
});

test("runs that may be kept as a whole spend half as much, until the program was edited often", () => {
  const spent = (outlook: { bare: number; runs: number; isWhole: boolean }) => {
    let clock = 1000;
    const policy = new Measured(
      () => clock,
      () => ({ isVain: false, share: 1, ...outlook }),
    );
    let sum = 0;
    for (let i = 0; i < 300; i++) {
      if (policy.account(null, false).allowance("nothing") === null) continue;
      policy.spent(2);
      clock += 2;
      sum += 2;
    }
    return sum;
  };
  for (const [runs, bare] of [
    [0, 0],
    [1, 1000],
  ] as const) {
    const usual = spent({ bare, runs, isWhole: false });
    const sparing = spent({ bare, runs, isWhole: true });
    assert.ok(sparing > 0 && sparing < 0.7 * usual, `${sparing} of ${usual} ms in run ${runs}`);
  }
  const later = { bare: 1000, runs: 2 };
  assert.equal(spent({ ...later, isWhole: true }), spent({ ...later, isWhole: false }));
});

test("an unknown function may be tried when all that may be lost is lost, as long as something may be invested", () => {
  const policy = new Measured(() => 1000, NOTHING_KNOWN);
  policy.spent(78);
  const limit = () => policy.account(null, false).allowance("nothing")?.ms ?? 0;
  assert.ok(limit() >= 4 && limit() <= ADVANCE, `${limit()} ms`);
  // Nothing comes of them: each takes from what may be invested, until that is gone.
  for (let i = 0; i < 100; i++) {
    const tried = policy.account(null, false);
    if (tried.allowance("nothing") === null) continue;
    policy.spent(5);
    tried.abandoned(5);
  }
  assert.equal(limit(), 0);
});

test("what was lost beyond what may be lost is taken from what may be invested", () => {
  const policy = new Measured(() => 1000, NOTHING_KNOWN);
  policy.spent(400);
  assert.equal(policy.account(null, false).allowance("nothing"), null);
  const account = policy.account(null, false);
  account.timed(1000);
  assert.equal(account.allowance("nothing"), null);
});

test("a function that is timed first gets a key from its second call on", () => {
  const [first, second] = runs(2, () =>
    calls(3, (i) => ({ fn: "f", argument: i, cost: 100, key: 2, isTimedFirst: true })),
  );
  assert.equal(of(first).stored, 2);
  assert.deepEqual([of(second).hits, of(second).stored], [2, 1]);
});

test("a function of which nothing is known gets a key when its calls have taken several times what that takes", () => {
  const account = new Measured(() => 10_000, NOTHING_KNOWN).account(null, true);
  let calls = 0;
  while (account.allowance("nothing") === null) {
    account.decline();
    account.timed(1);
    calls++;
  }
  assert.ok(calls >= 7 && calls < 12, `after ${calls} calls`);
});

test("keys that are given up, or that cannot be made, take a share of the time of their function", () => {
  for (const end of ["abandoned", "unkeyable", "unlinked"] as const) {
    const account = new Measured(
      () => 100_000,
      () => ({ bare: 100_000, runs: 0, isVain: false, isWhole: false, share: 1 }),
    ).account(null, true);
    const cost = 2;
    let lost = 0;
    let calls = 0;
    for (; calls < 300; calls++) {
      const allowed = account.allowance("nothing");
      if (allowed !== null) {
        account[end](allowed.ms);
        lost += allowed.ms;
      }
      account.decline();
      account.timed(cost);
    }
    assert.ok(lost > 0 && lost < 0.3 * cost * calls, `${end}: ${lost} ms of ${cost * calls}`);
  }
});

test("a key of which nothing is known ends soon after what all cheap calls of a function are worth", () => {
  const account = new Measured(() => 10_000, NOTHING_KNOWN).account({ run: 1, total: 16, ...NO_RUNS }, false);
  let lost = 0;
  for (let i = 0; i < 16; i++) {
    const allowed = account.allowance("nothing");
    if (allowed === null) continue;
    lost += allowed.ms;
    account.abandoned(allowed.ms);
  }
  assert.ok(lost > 0 && lost <= 5, `${lost} ms`);
});

test("a key whose values are foreseen to be far too many is not begun again, in this run or the next", () => {
  const policy = new Measured(() => 10_000, NOTHING_KNOWN);
  const account = policy.account({ run: 20, total: 100, ...NO_RUNS }, false);
  assert.notEqual(account.allowance("nothing"), null);
  account.abandoned(0.1, 4_000_000);
  assert.equal(account.allowance("nothing"), null);
  assert.ok(account.keyOver > 100, `${account.keyOver} ms`);
  const later = { run: 20, total: 100, ...NO_RUNS, keyOver: account.keyOver };
  assert.equal(policy.account(later, false).allowance("nothing"), null);
  const other = policy.account({ run: 20, total: 100, ...NO_RUNS }, false);
  other.foreseen(100);
  assert.equal(other.allowance("nothing"), null, "by the state that it reads");
});

test("where results of others come back, a record may take half of a call", () => {
  const of = (result: RunResult | undefined, fn: string) => result?.functions[fn];
  const program = (argument: (run: number) => number) => (run: number) => [
    { fn: "first", argument: argument(run), cost: 300, key: 1 },
    { fn: "second", argument: 1, cost: 320, key: 50, record: 100 },
    { fn: "rest", argument: 1, cost: 1, key: 9000 },
  ];
  const repeating = runs(
    3,
    program(() => 1),
  );
  assert.equal(of(repeating[1], "first")?.hits, 1);
  assert.equal(of(repeating[1], "second")?.stored, 1);
  assert.equal(of(repeating[2], "second")?.hits, 1);
  const other = runs(
    3,
    program((run) => run),
  );
  assert.equal(of(other[2], "second")?.hits, 0, "nothing says that it would");
});

test("a record whose values are foreseen to be far too many is not begun again", () => {
  const policy = new Measured(() => 10_000, NOTHING_KNOWN);
  const account = policy.account({ ...NO_RUNS, run: 40, key: 1, misses: 1 }, false);
  assert.ok(account.recordLimit(40, 1) > 0);
  account.unrecorded(0.1, 32_000_000);
  assert.equal(account.recordLimit(40, 1), 0);
});

test("a key that is too large to be made on trust is made when its calls are known to take much longer", () => {
  const all = runs(3, () => calls(6, (i) => ({ fn: "f", argument: i, cost: 240, key: 10, coldKey: 85 })));
  assert.equal(of(all[1]).stored + of(all[0]).stored, 6);
  assert.equal(of(all[2]).hits, 6);
});

test("no key is made where what is left is not enough for the record", () => {
  const history = { run: 10, key: 1, record: 30, hits: 0, misses: 9, saved: 0, bytes: 0, reason: null };
  const policy = new Measured(() => 100, NOTHING_KNOWN);
  const account = policy.account(history, false);
  assert.notEqual(account.allowance("nothing"), null);
  policy.spent(20);
  assert.equal(account.allowance("nothing"), null);
});

test("a function whose reach is not found in time is tried again, but not for ever", () => {
  const account = new Measured(() => 10_000, NOTHING_KNOWN).account(null, false);
  let tries = 0;
  for (let i = 0; i < 100; i++) {
    const allowed = account.allowance("nothing");
    if (allowed === null) continue;
    tries++;
    account.unlinked(allowed.ms);
  }
  assert.ok(tries > 4 && tries < 16, `${tries} tries`);
});

test("a call that is cheaper than two look-ups gets no key", () => {
  const account = new Measured(() => 10_000, NOTHING_KNOWN).account(null, false);
  account.timed(0.1);
  assert.equal(account.allowance("nothing"), null);
});

test("what a recorded call needs is done within what may be lost", () => {
  const policy = new Measured(() => 0, NOTHING_KNOWN);
  assert.deepEqual([policy.affords(ADVANCE), policy.affords(ADVANCE + 1)], [true, false]);
  policy.spent(ADVANCE);
  assert.equal(policy.affords(1), false);
});

test("where little has come back, only new functions and those with hits are asked for, and those spend little", () => {
  const sparing = () => ({ bare: 2000, runs: 0, isVain: false, isWhole: false, share: 0.1 });
  const policy = new Measured(() => 1000, sparing);
  const known = {
    run: 50,
    key: 4,
    keyLater: 4,
    total: 5000,
    fruitless: 2,
    hits: 0,
    misses: 9,
    stored: 9,
    saved: 0,
    bytes: 10,
    reason: null,
  };
  assert.equal(policy.account(known, false).allowance("nothing"), null);
  const usual = new Measured(
    () => 1000,
    () => ({ ...sparing(), share: 1 }),
  );
  assert.notEqual(usual.account(known, false).allowance("nothing"), null);
  assert.deepEqual(policy.account(null, false).allowance("nothing"), usual.account(null, false).allowance("nothing"));
  const proven = { ...known, hits: 5, returned: 0.2, saved: 200 };
  assert.notEqual(policy.account(proven, false).allowance("nothing"), null);
  policy.spent(20);
  assert.ok(policy.account(proven, false).recordLimit(50, 4) < usual.account(proven, false).recordLimit(50, 4) / 4);
});
