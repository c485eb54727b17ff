/** What a call of a stream returns: a stream of the same kind as the function returns. */
import { types } from "node:util";
import { AsyncItems, type Items, SyncItems } from "./stream-items.ts";
import { isStream, type Source, type StreamKind, streamOf } from "./stream-kinds.ts";
import { type Opened, openPrepared, type StreamCall, sourceFor } from "./stream-opening.ts";
import { streamIndexOf } from "./stream-stored.ts";

/** Streams that nobody holds any more: their callers stopped early without telling, and their recordings are given up. */
const forgotten = new FinalizationRegistry((items: Items) => items.abandon());

/** A call of a generator function: nothing of it runs before somebody asks for an item, and it is looked up then. */
export function callGenerator(call: StreamCall): unknown {
  const { hand, self, args } = call;
  const isCached = hand.prepare(self, args).kind === "keyed";
  const opened = isCached ? null : uncached(sourceFor(call, hand.runUncached(self, args)));
  const made = types.isAsyncFunction(hand.fn)
    ? overAsync(new AsyncItems(call, opened))
    : overSync(new SyncItems(call, opened));
  const { prototype } = hand.fn as { readonly prototype?: unknown };
  return typeof prototype === "object" ? Object.setPrototypeOf(made, prototype) : made;
}

/** A call of any other function: it runs now, and its caller iterates later over what it returns. */
export function callOther(call: StreamCall): unknown {
  const { hand, self, args } = call;
  const prepared = hand.prepare(self, args);
  if (prepared.kind === "not-cached") {
    const value = hand.runUncached(self, args);
    if (isStream(value)) return value;
    const source = sourceFor(call, value);
    return over(call, source.kind, uncached(source));
  }
  const opened = openPrepared(call, prepared, false);
  if (!(opened instanceof Promise) && opened.kind === "threw") throw opened.error;
  const isLive = !(opened instanceof Promise) && opened.kind === "live";
  const kind = isLive ? opened.live.source.kind : streamIndexOf(prepared)?.kind;
  return over(call, kind ?? { type: "async" }, opened);
}

function uncached(source: Source): Opened {
  return { kind: "live", live: { source, recording: null, first: null } };
}

function over(call: StreamCall, kind: StreamKind, opened: Opened | Promise<Opened>): unknown {
  if (kind.type === "sync") return overSync(new SyncItems(call, opened as Opened));
  const items = new AsyncItems(call, opened);
  if (kind.type === "async") return overAsync(items);
  const stream = streamOf(kind, items) as object;
  forgotten.register(stream, items);
  return stream;
}

function overSync(items: SyncItems): Generator<unknown, unknown, unknown> {
  const made = goOver(items);
  forgotten.register(made, items);
  return made;
}

function overAsync(items: AsyncItems): AsyncGenerator<unknown, unknown, unknown> {
  const made = goOverAsync(items);
  forgotten.register(made, items);
  return made;
}

function* goOver(items: SyncItems): Generator<unknown, unknown, unknown> {
  return yield* items;
}

async function* goOverAsync(items: AsyncItems): AsyncGenerator<unknown, unknown, unknown> {
  return yield* items;
}
