/** DUMBO_VERIFY: runs the body of a call although an entry answers it, and compares the two. */
import { CHANGE, type Change } from "../change/change.ts";
import type { CallInPlace } from "../code/guard-text.ts";
import { describe } from "../reason/describe.ts";
import { type Reason, within } from "../reason/reason.ts";
import type { Frame } from "../trace/frames.ts";
import { sameDependencies, sameOutput, sameWrites, type Trace } from "../trace/trace.ts";
import type { BodyResult } from "./body-end.ts";
import type { Call, Miss } from "./call.ts";
import { encodeResult } from "./changes.ts";
import { tellInvalid } from "./events.ts";
import { type Execution, execute, executeInPlace, type Finish } from "./execute.ts";
import type { Host } from "./host.ts";
import type { InternalWork } from "./internal-work.ts";
import type { Recorder } from "./record.ts";
import { decodeEntry, type ValidEntry } from "./validate.ts";
import { difference } from "./value-diff.ts";

export class Verifier {
  readonly #host: Host;
  readonly #internal: InternalWork;
  readonly #recorder: Recorder;

  constructor(host: Host, internal: InternalWork, recorder: Recorder) {
    this.#host = host;
    this.#internal = internal;
    this.#recorder = recorder;
  }

  /** Calls the function from within its guard. @returns what the function returns, not what the entry holds */
  verify(call: Call, miss: Miss, valid: ValidEntry): unknown {
    return execute(this.#execution(call, miss, valid));
  }

  /** The same for the body of an async function that runs on where it was called. */
  verifyInPlace(call: Call, miss: Miss, valid: ValidEntry): CallInPlace | null {
    return executeInPlace(this.#execution(call, miss, valid));
  }

  #execution(call: Call, miss: Miss, valid: ValidEntry): Execution {
    const { trace } = valid;
    const finish: Finish = (frame, result) => {
      const now = frame.recording.trace;
      // What a call reads after its first write is compared only when a hit has written the files again. If the answer is another one then,
      // the hit takes the writes back and becomes a miss: so the entry is not wrong, and this call is recorded as a miss.
      const readsOther =
        frame.effect === null ? !sameDependencies(now, trace) : frame.effect.kind === "changed-while-read";
      if (trace.writes && readsOther) return this.#recorder.record(call, miss, frame, result, false);
      const wrong = frame.effect ?? traceDifference(now, trace) ?? this.#difference(call, miss, valid, frame, result);
      if (wrong !== null) this.#distrust(call, miss, wrong);
      return null;
    };
    return { host: this.#host, internal: this.#internal, call, miss, flight: null, finish };
  }

  /** What the body returned or changed otherwise than its entry says, or null. */
  #difference(call: Call, miss: Miss, stored: ValidEntry, frame: Frame, { value }: BodyResult): Reason | null {
    const encoded = encodeResult(this.#host, call, miss, value, frame.wrote);
    if ("refused" in encoded) return isUnsure(encoded.refused) ? null : encoded.refused;
    if (Buffer.compare(encoded.bytes, stored.bytes) === 0) return null;
    const now = decodeEntry(encoded.bytes, miss.key);
    const { functions } = this.#host.reachCache;
    const where =
      difference(stored.value, value, functions) ??
      difference(comparable(stored.changes), now && comparable(now.changes), functions);
    return where === null ? null : { kind: "result-differs", where };
  }

  /** Removes an entry that was wrong, and gives the function up, in this run and in later ones. */
  #distrust({ live }: Call, { key }: Miss, what: Reason): void {
    const { store, report } = this.#host;
    store()?.remove(key.hash);
    tellInvalid(live.label, key.hash, what);
    live.distrust(within({ step: "verified" }, { place: live.site.place, ...what }));
    report(
      `${live.site.name} (${live.module.instance.url}:${live.site.place.line}) is not what was stored: ${describe(what)}`,
    );
  }
}

/** Whether a reason says only that it is not known what the body did: it proves nothing against the entry. */
function isUnsure(reason: Reason): boolean {
  return reason.kind === "changes-binding" && reason.isUnsure === true;
}

/** Changes as values that can be compared: with the names of bindings in place of dumbo's own objects. */
function comparable(changes: readonly Change[]): unknown[] {
  return changes.map((change) => (change[0] === CHANGE.binding ? [change[1].name, change[2]] : change));
}

/** Whether the body printed or wrote otherwise than its entry says, as a reason; null if it did not. */
function traceDifference(now: Trace, stored: Trace): Reason | null {
  if (!sameOutput(now.output, stored.output)) return { kind: "prints-otherwise" };
  return sameWrites(now.writes, stored.writes) ? null : { kind: "writes-otherwise" };
}
