/**
 * Runs of programs that are nothing but sequences of calls, on a clock that only they move: what the measured policy makes of
 * them. The steps are those of the memoizer; the losses are counted here, not by the policy.
 */
import { usualSpending } from "../../src/policy/budget.ts";
import { returnedOf } from "../../src/policy/earlier-runs.ts";
import { Measured } from "../../src/policy/measured.ts";
import type { Account, History } from "../../src/policy/policy.ts";
import { shareOf } from "../../src/policy/runs.ts";

/** One call: times are milliseconds. */
export interface SimulatedCall {
  readonly fn: string;
  /** Which calls have the same key. */
  readonly argument: number | string;
  readonly cost: number;
  readonly key: number;
  /** What the first key of a function takes in a run, before V8 has compiled the walk. */
  readonly coldKey?: number;
  /** Milliseconds that the values of the key should take by their number, where the key takes another time. */
  readonly counted?: number;
  /** What recording it takes beside a second key. */
  readonly record?: number;
  /** The call is made by one that is being recorded. */
  readonly covered?: boolean;
  /** The function whose call makes this one: it comes before this one in the list, and its cost is without it. */
  readonly inside?: string;
  /** Its function is timed before any of its calls gets a key. */
  readonly isTimedFirst?: boolean;
  /** It cannot be stored: it is refused when its body has run. */
  readonly impure?: boolean;
}

/** Values of a walk per millisecond: as the policy takes it. */
const NODES_PER_MS = 8000;
const LOOKUP = 0.03;
const RECORD = 0.1;
const STRIKES = 4;
const NOTHING = { nodes: 0, ms: 0 };
/** Milliseconds after which a program's first call comes. */
const START = 50;

export interface FunctionResult {
  calls: number;
  hits: number;
  /** What those would have taken. */
  hitCost: number;
  misses: number;
  stored: number;
  keys: number;
  keyTotal: number;
  keyFirst: number;
  runs: number;
  runTotal: number;
  saved: number;
  strikes: number;
  off: "cheap" | "idle" | "refused" | "paused" | null;
}

export interface RunResult {
  /** The program's time without dumbo, and what dumbo added to the calls that were no hits. */
  readonly bare: number;
  /** The same of the run before. */
  readonly foreseen: number;
  readonly lost: number;
  /** What the run took. */
  readonly took: number;
  /** The longest thing that dumbo did at a time. */
  readonly longest: number;
  readonly functions: Record<string, FunctionResult>;
}

/** A program's cache and profile, from run to run. */
export class Project {
  readonly #stored = new Set<string>();
  readonly #known = new Map<string, History>();
  readonly #omitted = new Set<string>();
  #lastBare = 0;
  #isVain = false;
  /** The latest first. */
  #runs: { saved: number; share?: number }[] = [];

  run(calls: Iterable<SimulatedCall>): RunResult {
    const foreseen = this.#lastBare;
    const hadStored = this.#stored.size > 0;
    const outlook = {
      bare: foreseen,
      runs: this.#runs.length,
      isVain: this.#isVain,
      isWhole: false,
      share: shareOf(this.#runs, usualSpending(foreseen)),
    };
    let clock = START;
    let bare = START;
    let lost = 0;
    let longest = 0;
    const policy = new Measured(
      () => clock,
      () => outlook,
    );
    const accounts = new Map<string, Account>();
    const functions: Record<string, FunctionResult> = {};
    const skips: Record<string, number> = {};
    const isPreferred: Record<string, boolean> = {};
    const spend = (ms: number) => {
      clock += ms;
      lost += ms;
      policy.spent(ms);
      longest = Math.max(longest, ms);
    };
    for (const call of calls) {
      const { fn, argument, cost, record = RECORD, covered = false, impure = false } = call;
      bare += cost;
      functions[fn] ??= {
        ...{
          calls: 0,
          hits: 0,
          hitCost: 0,
          misses: 0,
          stored: 0,
          keys: 0,
          keyTotal: 0,
          keyFirst: 0,
          runs: 0,
          runTotal: 0,
          saved: 0,
        },
        ...{ strikes: 0, off: this.#omitted.has(fn) ? "cheap" : null },
      };
      const result = functions[fn];
      let account = accounts.get(fn);
      if (!account) {
        account = policy.account(this.#known.get(fn) ?? null, call.isTimedFirst === true);
        accounts.set(fn, account);
        if (account.prospect !== "open") result.off = account.prospect === "paused" ? "paused" : "cheap";
      }
      if (result.off) {
        clock += cost;
        continue;
      }
      result.calls++;
      const skipped = skips[fn] ?? 0;
      if (skipped > 0) {
        skips[fn] = skipped - 1;
        clock += cost;
        continue;
      }
      const key = result.keys + result.hits > 0 ? call.key : (call.coldKey ?? call.key);
      const around = isPreferred[call.inside ?? ""] ? "preferred" : covered ? "recorded" : "nothing";
      isPreferred[fn] = false;
      const { nodes, ms } = account.allowance(around) ?? NOTHING;
      // The walk counts values and looks at the clock: it is abandoned by what it reaches first.
      const counted = call.counted ?? key;
      const limit = Math.min(ms, (nodes / NODES_PER_MS) * (key / counted));
      if (key > limit) {
        if (limit > 0) {
          spend(limit);
          account.abandoned(limit);
        }
        isPreferred[fn] = account.isPreferred;
        const declined = account.decline();
        skips[fn] = account.skip;
        clock += cost;
        if (declined === "idle") result.off = "idle";
        if (declined === "measure") {
          result.runs++;
          result.runTotal += cost;
          account.timed(cost);
          if (account.judgeMeasured(account.pays(cost, 0))) result.off = "cheap";
        }
        continue;
      }
      const name = `${fn} ${argument}`;
      if (this.#stored.has(name)) {
        const took = key + LOOKUP;
        clock += took;
        policy.spent(took);
        result.hits++;
        result.hitCost += cost;
        result.saved += cost - took;
        if (took > cost) lost += took - cost;
        if (account.judge(took < cost)) result.off = "cheap";
        account.hit(cost, took);
        continue;
      }
      spend(key + LOOKUP);
      result.misses++;
      if (result.keys + result.hits === 0) result.keyFirst = key + LOOKUP;
      result.keys++;
      result.keyTotal += key + LOOKUP;
      account.keyed(key + LOOKUP);
      clock += cost;
      result.runs++;
      result.runTotal += cost;
      account.timed(cost);
      if (impure) {
        if (++result.strikes >= STRIKES) result.off = "refused";
        continue;
      }
      const paid = account.pays(cost, key + LOOKUP);
      if (account.judge(paid)) result.off = "cheap";
      const most = paid ? account.recordLimit(cost, key + LOOKUP) : 0;
      if (most < call.key + record) {
        if (most > 0) {
          spend(most);
          account.unrecorded(most);
        }
        continue;
      }
      spend(call.key + record);
      account.stored({ cost, key: key + LOOKUP, record: call.key + record });
      this.#stored.add(name);
      result.stored++;
    }
    for (const [fn, account] of accounts) this.#learn(fn, account, functions[fn] as FunctionResult);
    this.#lastBare = bare;
    const all = Object.values(functions);
    const saved = all.reduce((sum, { hitCost }) => sum + hitCost, 0);
    this.#runs = [{ saved, ...(outlook.share < 1 && { share: outlook.share }) }, ...this.#runs];
    this.#isVain = hadStored && all.every(({ hits }) => hits === 0);
    return { bare, foreseen, lost, took: clock, longest, functions };
  }

  /** What the profile says after a run (src/report/summary.ts). */
  #learn(fn: string, account: Account, result: FunctionResult): void {
    const before = this.#known.get(fn);
    if (result.off === "paused" && before) {
      this.#known.set(fn, { ...before, refusedRuns: (before.refusedRuns ?? 0) + 1 });
      return;
    }
    const isRefused = result.strikes > 0 && result.hits + result.stored === 0;
    const wasAsked = result.keys + result.hits > 0;
    const keyOver = result.keys > 0 || before?.key ? 0 : Math.max(account.keyOver, before?.keyOver ?? 0);
    const others = result.keys - (result.keyFirst > 0 ? 1 : 0);
    const hasEnded = result.hits > 0 || result.off === "cheap";
    const { runs, runTotal, hitCost } = result;
    const mean = runs + result.hits === 0 ? null : (runTotal + hitCost) / (runs + result.hits);
    const returned = returnedOf(result, before?.stored ?? 0, before?.returned);
    this.#known.set(fn, {
      run: mean ?? before?.run ?? 0,
      key: result.keys > 0 ? result.keyTotal / result.keys : (before?.key ?? 0),
      keyFirst: result.keyFirst || (before?.keyFirst ?? 0),
      keyLater: others > 0 ? (result.keyTotal - result.keyFirst) / others : (before?.keyLater ?? 0),
      total: mean === null ? (before?.total ?? 0) : result.calls * mean,
      record: account.record || (before?.record ?? 0),
      ...(keyOver > 0 && { keyOver }),
      hits: (before?.hits ?? 0) + result.hits,
      misses: (before?.misses ?? 0) + result.misses,
      stored: (before?.stored ?? 0) + result.stored,
      ...(returned !== undefined && { returned }),
      saved: (before?.saved ?? 0) + result.saved,
      bytes: Math.max(before?.bytes ?? 0, result.stored > 0 ? 100 : 0),
      reason: result.strikes > 0 ? { kind: "throws" } : (before?.reason ?? null),
      refusedRuns: wasAsked && !isRefused ? 0 : (before?.refusedRuns ?? 0) + (isRefused ? 1 : 0),
      fruitless: hasEnded ? 0 : (before?.fruitless ?? 0) + (result.misses > 0 ? 1 : 0),
    });
    if (result.off === "cheap") this.#omitted.add(fn);
  }
}
