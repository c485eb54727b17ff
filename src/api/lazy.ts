/**
 * Results that are loaded when somebody wants them. The entry of a call holds a mark with the digest of the result, whose bytes have a
 * record of their own. Where a lazy result is passed on to another memoized function, the key of its record stands for it in that function's
 * key. So the digest has to say all that a walk over the result would say: only plain data gets one, which refers to no code and shares nothing.
 */
import type { Engine, ResultPlace } from "../call/engine.ts";
import type { HandSite } from "../call/hand-site.ts";
import type { Key } from "../key/key.ts";
import type * as declared from "./declared.ts";
import { INPUT, type InputLook } from "./inputs.ts";

/** What an entry holds in the place of a result. */
interface Mark {
  readonly [MARK]: string;
}

const MARK: unique symbol = Symbol.for("dumbo.lazy") as never;

/** Where the results of one call are kept, and how to compute one anew. */
export interface CallPlace {
  readonly engine: Engine;
  readonly live: HandSite;
  readonly place: ResultPlace;
  readonly key: Key;
  /** Runs the function once more, and stores nothing; null for an async function, since the result has to be there at once. */
  readonly again: (() => unknown) | null;
}

export class KeptResults {
  readonly #at: CallPlace;

  constructor(at: CallPlace) {
    this.#at = at;
  }

  /** Stores a result; null where it is no plain data, and nothing was stored. @throws TypeError for a result that looks like a mark */
  put(value: unknown): Mark | null {
    if (isMark(value)) throw new TypeError("the result looks like one that is stored elsewhere");
    const { engine, live, place } = this.#at;
    return engine.memoizer.work(() => {
      const bytes = this.#bytesOf(value);
      if (bytes === null) return null;
      const digest = engine.tools.hash128(bytes);
      const owner = { ...live.owner, maxEntries: 0 };
      place.host.store()?.put(this.recordOf(digest), bytes, { owner, cost: 0, shared: bytes.byteLength });
      return { [MARK]: digest };
    }, null);
  }

  /** A copy of the result. @throws Error where its record is lost, and the function does not return the same again */
  load(digest: string): unknown {
    const { engine, again } = this.#at;
    const read = this.find(digest);
    if (read !== null) return read.value;
    const value = again === null ? undefined : again();
    const isSame = () => {
      const bytes = this.#bytesOf(value);
      return bytes !== null && engine.tools.hash128(bytes) === digest;
    };
    if (again !== null && engine.memoizer.work(isSame, false)) return value;
    const text = `what was kept of ${this.#at.live.site.name} is gone, and it does not return the same again`;
    throw Object.assign(new Error(text), { code: "ERR_DUMBO_LAZY_LOST" });
  }

  /** A copy of the result; null where its record is lost. */
  find(digest: string): { readonly value: unknown } | null {
    return this.#at.engine.memoizer.work(() => this.#read(digest), null);
  }

  /** The key of the record of a result. It is made of the call's key: so it stands for all that the result was made of. */
  recordOf(digest: string): string {
    return this.#at.engine.tools.hashText(`lazy ${this.#at.key.hash} ${digest}`);
  }

  #read(digest: string): { readonly value: unknown } | null {
    const { engine, live, place, key } = this.#at;
    const bytes = place.host.store()?.get(this.recordOf(digest), live.owner);
    if (bytes === undefined || engine.tools.hash128(bytes) !== digest) return null;
    return engine.tools.decode(bytes, key.walk);
  }

  /** Null for what is no plain data, or shares anything with what the call was given. */
  #bytesOf(value: unknown): Uint8Array | null {
    const { engine, key } = this.#at;
    const { tools, host } = engine;
    const encoded = tools.encode(value, { before: key.walk, after: key.walk }, host.valueLimit);
    return "bytes" in encoded && tools.holdPlainData(encoded.bytes, value) ? encoded.bytes : null;
  }
}

/** The digest in a mark; null where something else is stored than a mark. */
export function digestIn(stored: unknown): string | null {
  return isMark(stored) ? stored[MARK] : null;
}

function isMark(stored: unknown): stored is Mark {
  return typeof stored === "object" && stored !== null && Object.hasOwn(stored, MARK);
}

/** Where the value of a lazy result comes from: from memory, or from its record. */
type Source =
  | { readonly kind: "held"; readonly value: unknown }
  | { readonly kind: "kept"; readonly results: KeptResults; readonly digest: string };

export class LazyResult implements declared.Lazy<unknown> {
  readonly [INPUT]: () => InputLook;
  #source: Source;
  #loaded: { readonly value: unknown } | null = null;

  private constructor(source: Source) {
    this.#source = source;
    this[INPUT] = () => lookAt(source);
    Object.freeze(this);
  }

  static held(value: unknown): LazyResult {
    return new LazyResult({ kind: "held", value });
  }

  static kept(results: KeptResults, digest: string): LazyResult {
    return new LazyResult({ kind: "kept", results, digest });
  }

  /** The same one each time. */
  get value(): unknown {
    this.#loaded ??= { value: valueOf(this.#source) };
    return this.#loaded.value;
  }

  get isLoaded(): boolean {
    return this.#source.kind === "held" || this.#loaded !== null;
  }

  get argument(): never {
    return this as never;
  }
}

const always = () => true;

/** Each call that is given a lazy result gets a copy of its own: what one call does to its copy does not change what others get. */
function lookAt(source: Source): InputLook {
  const key = source.kind === "held" ? source.value : `result ${source.results.recordOf(source.digest)}`;
  let loaded: { readonly value: unknown } | null = null;
  return {
    key,
    get value() {
      loaded ??= { value: valueOf(source) };
      return loaded.value;
    },
    path: null,
    isSame: always,
  };
}

function valueOf(source: Source): unknown {
  return source.kind === "held" ? source.value : source.results.load(source.digest);
}
