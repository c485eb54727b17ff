/** Calls of a pipeline that entries answer: what of their results is decoded, what stands for the others, and how the hits are counted. */
import { decode } from "../codec/codec.ts";
import type { SharedObjects } from "../codec/shared-objects.ts";
import { hash128 } from "../hash.ts";
import type { StandIn } from "../key/key.ts";
import { NOTHING_SEEN } from "../value/seen-objects.ts";
import { LEAST_BYTES } from "./given-value.ts";
import { answerHit } from "./hit.ts";
import type { Host } from "./host.ts";
import type { Peeked } from "./peek.ts";
import type { LiveSite } from "./site.ts";
import { decodeEntry, refresh, rewriteFiles, type ValidEntry } from "./validate.ts";

/** A call that an entry answers. Nothing of the hit is counted or done yet. */
export interface Answered {
  readonly live: LiveSite;
  readonly peeked: Peeked;
  /** Milliseconds that it took to find the entry. */
  readonly took: number;
}

/**
 * What stands for a result in the key of the next call; undefined where that needs the result itself.
 * @param argument of the next call that the result is
 */
export function standInFor({ peeked }: Answered, argument: number): StandIn | undefined {
  const { trace, bytes } = peeked.held;
  const isBare = trace.output.length === 0 && !trace.writes?.length;
  return isBare && bytes.byteLength >= LEAST_BYTES ? { argument, digest: hash128(bytes) } : undefined;
}

/** A hit whose result is decoded: the calls up to it are answered. */
export interface Decoded {
  /** How many calls. */
  readonly calls: number;
  readonly valid: ValidEntry;
}

/**
 * Decodes the result of the last call; where that refers to what is not there, that of the first one.
 * @returns null where that cannot be had either
 */
export function decodeLast(host: Host, found: readonly Answered[]): Decoded | null {
  for (let calls = found.length; calls > 0; calls = calls > 1 ? 1 : 0) {
    const { held, made } = (found[calls - 1] as Answered).peeked;
    const decoded = calls === 1 ? decodeEntry(held.bytes, made) : decodeAlone(held.bytes, made.walk);
    if (decoded !== null && rewriteFiles(host, held.trace, false)) return { calls, valid: { ...held, ...decoded } };
  }
  return null;
}

/**
 * Decodes a result without the walk over one of the arguments of its call: it may refer to functions and classes of its code, which are the same
 * without that, and to nothing else. Null where it does.
 */
function decodeAlone(bytes: Uint8Array, walk: SharedObjects): Pick<ValidEntry, "value" | "changes" | "wrote"> | null {
  const { reaches } = walk;
  const shared: SharedObjects = {
    seen: NOTHING_SEEN,
    views: [],
    weak: [],
    links: null,
    bindings: [],
    reaches,
    builtInObjects: () => walk.builtInObjects(),
  };
  const decoded = decode(bytes, shared);
  return decoded && { value: decoded.value, changes: [], wrote: null };
}

/**
 * Does what the recorded calls did, and counts the hits, in the order of the calls.
 * @param found the calls that are answered
 * @param last the last one's entry, decoded: nobody needs the results of the others
 */
export function answerAll(host: Host, found: readonly Answered[], last: ValidEntry): void {
  for (let n = 0; n < found.length; n++) {
    const { live, peeked, took } = found[n] as Answered;
    const { key, entries, held } = peeked;
    const isLast = n === found.length - 1;
    if (!isLast) live.stats.unread++;
    live.stats.calls++;
    refresh(host, live, key, entries, held);
    const valid = isLast ? last : { ...held, value: undefined, changes: [], wrote: null };
    answerHit(host, live, key, valid, host.work.now() - took);
  }
}
