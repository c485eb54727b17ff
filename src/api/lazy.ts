/**
 * Results that are loaded when somebody wants them. What is stored in an entry is where the result is: a digest, by which its bytes have a
 * record of their own. Where a result is passed on to another memoized function, that stands for it in the key. So it has to say all that a
 * walk over the result would say: it is given to plain data alone, which refers to no code and shares nothing.
 */
import type { Engine, ResultPlace } from "../call/engine.ts";
import type { HandSite } from "../call/hand-site.ts";
import type { Key } from "../key/key.ts";
import type * as declared from "./declared.ts";
import { INPUT, type InputLook } from "./inputs.ts";

/** What stands in an entry for a result. */
interface Mark {
  readonly [MARK]: string;
}

const MARK: unique symbol = Symbol.for("dumbo.lazy") as never;

/** The results of one call, where they are. */
export interface CallPlace {
  readonly engine: Engine;
  readonly live: HandSite;
  readonly place: ResultPlace;
  readonly key: Key;
  /** Runs the function once more, with nothing of it stored; null for a function that has to be waited for. */
  readonly again: (() => unknown) | null;
}

export class KeptResults {
  readonly #at: CallPlace;

  constructor(at: CallPlace) {
    this.#at = at;
  }

  /** Stores a result; null where it is no plain data. @throws TypeError for what looks like a mark */
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

  /** A copy of its own. @throws Error where it is lost, and the function does not return the same again */
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

  /** A copy of its own; null where it is lost. */
  find(digest: string): { readonly value: unknown } | null {
    return this.#at.engine.memoizer.work(() => this.#read(digest), null);
  }

  /** The key of the record of a result: the key of the call is in it, and with that all that the result was made of. */
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

/** Where a result is; null where something else is stored than a mark. */
export function digestIn(stored: unknown): string | null {
  return isMark(stored) ? stored[MARK] : null;
}

function isMark(stored: unknown): stored is Mark {
  return typeof stored === "object" && stored !== null && Object.hasOwn(stored, MARK);
}

/** How a result is had. */
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

/** A call that is given it gets a copy of its own, so that it is worth the same to all, whatever becomes of each. */
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
