/**
 * Calls that wait for their answer: for another call of this thread, for another process, or for reads that the recorded call waited for as
 * well. Only calls of async functions wait, and only such whose body may run later: if no entry answers in the end, the body runs then.
 */
import { decode } from "../codec/codec.ts";
import { type Dependency, type Trace, unpackTrace } from "../trace/trace.ts";
import type { Call, Miss } from "./call.ts";
import { type Entry, readEntries } from "./entry.ts";
import { tellHit, tellMiss } from "./events.ts";
import { answerHit, countHit } from "./hit.ts";
import type { Host } from "./host.ts";
import type { Flight, Landed } from "./in-flight.ts";
import type { InternalWork } from "./internal-work.ts";
import type { KeyedLookup, Lookups } from "./lookup.ts";
import { whenFound } from "./microtask-turns.ts";
import type { OtherProcesses } from "./other-processes.ts";
import type { Recorder } from "./record.ts";
import { decodeEntry, findValid, rewriteFiles, type ValidEntry, valueBytes } from "./validate.ts";
import type { Verifier } from "./verify.ts";

/** What a call that waits needs of the other steps. */
export interface WaitingSteps {
  readonly lookups: Lookups;
  readonly otherProcesses: OtherProcesses;
  readonly recorder: Recorder;
  readonly verifier: Verifier;
  /** Does what a look-up says. Answers what the call returns. */
  readonly answer: (call: Call, lookup: KeyedLookup) => unknown;
}

export class Waits {
  readonly #host: Host;
  readonly #internal: InternalWork;
  readonly #steps: WaitingSteps;

  constructor(host: Host, internal: InternalWork, steps: WaitingSteps) {
    this.#host = host;
    this.#internal = internal;
    this.#steps = steps;
  }

  /**
   * What a call returns that waits for another call of this thread: it decodes a value from the bytes of that, in the turn in which its own
   * body would have ended. If the other call may not be kept, the body runs.
   */
  forFlight(call: Call, miss: Miss, flight: Flight): unknown {
    let runBody: () => void = () => undefined;
    const isNeeded = new Promise<void>((resolve) => {
      runBody = resolve;
    });
    const ran = this.#runLater(call, miss, isNeeded);
    const find = (turn: number) => {
      const { landed = null } = flight;
      if (!flight.isInVain && (landed === null || turn < landed.turns)) return null;
      const found = landed && this.#internal.run(() => this.#takeLanded(call, miss, landed), null);
      if (found) return found;
      runBody();
      return { value: ran };
    };
    return whenFound(find, flight.landing);
  }

  #takeLanded({ live }: Call, { key }: Miss, { bytes }: Landed): { readonly value: unknown } | null {
    const value = decode(bytes, key.walk);
    if (value) {
      countHit(live, live.expected, 0, bytes.byteLength);
      tellHit(live.label, key, live.expected, bytes.byteLength);
    }
    return value;
  }

  /** Begun where the call is made: its body runs in the same asynchronous context. */
  async #runLater(call: Call, miss: Miss, isNeeded: Promise<void>): Promise<unknown> {
    await isNeeded;
    return this.#steps.recorder.run(call, miss, null);
  }

  /** Waits until another process has ended its call, or has taken too long, and looks the key up again. */
  async forOtherProcess(call: Call, miss: Miss): Promise<unknown> {
    const { live } = call;
    const { key } = miss;
    const { lookups, otherProcesses, recorder, answer } = this.#steps;
    const record = await otherProcesses.wait(live, key.hash);
    const started = this.#host.now();
    const lookup = this.#internal.run((): KeyedLookup | null => {
      const entries = record ? readEntries(record) : [];
      const waiting = entries.filter(({ waits }) => waits);
      if (waiting.length > 0) return { kind: "revalidate", miss, entries: waiting };
      const valid = findValid(this.#host, live, key, entries, false);
      if (valid) return { kind: "hit", key, value: answerHit(this.#host, live, key, valid, started) };
      const isClaimed = lookups.claimAgain(live, key);
      return lookups.join(live, { ...miss, isClaimed }, false);
    }, null);
    return lookup === null ? recorder.run(call, miss, null) : answer(call, lookup);
  }

  /** Reads again what the recorded calls read, one dependency after the other, and waits for each as they did. */
  async forDependencies(call: Call, miss: Miss, entries: readonly Entry[]): Promise<unknown> {
    const { outside, now, verifies } = this.#host;
    const { recorder, verifier } = this.#steps;
    for (const entry of entries) {
      const trace = unpackTrace(entry.trace);
      let changed: Dependency | null = null;
      for (const dependency of trace.dependencies) {
        if (dependency.selfWritten || (await outside.revalidateLater(dependency))) continue;
        changed = dependency;
        break;
      }
      if (changed) {
        call.live.lastChange = outside.describeDependency(changed);
        call.live.lastChangedKey = miss.key.hash;
        continue;
      }
      if (trace.writes) await outside.wait();
      const started = now();
      const isVerified = verifies();
      const valid = this.#internal.run(() => this.#take(call, miss, entry, trace, isVerified, started), null);
      if (valid && !isVerified) return valid.value;
      if (valid) return verifier.verify(call, miss, valid);
    }
    tellMiss(call.live.label, miss.key);
    return recorder.run(call, miss, null);
  }

  /** Answers the call with an entry whose dependencies hold; null if its value or its files cannot be had. */
  #take(call: Call, miss: Miss, entry: Entry, trace: Trace, verifies: boolean, started: number): ValidEntry | null {
    const { live } = call;
    const bytes = valueBytes(this.#host, live, entry);
    const decoded = bytes && decodeEntry(bytes, miss.key);
    if (!decoded || !rewriteFiles(this.#host, trace, verifies)) return null;
    const valid: ValidEntry = { entry, trace, ...decoded };
    answerHit(this.#host, live, miss.key, valid, started - miss.keyMs);
    return valid;
  }
}
