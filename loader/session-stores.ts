/** The stores of one thread: its own, and those of groups of functions that are memoized by hand. Each is opened when it is first asked for. */
import type { OtherStore } from "../src/call/engine.ts";
import { requireOwn } from "../src/node/bundles.ts";
import type { Store } from "../src/store/store.ts";

type StoreByHand = typeof import("../src/store/by-hand.ts");

export interface StoreSettings {
  readonly directory: string;
  readonly isReadOnly: boolean;
  /** Where dumbo itself is, with a separator at the end. */
  readonly dumboFolder: string;
  /** Opens the thread's own store, or another one; throws a StoreError. */
  readonly open: (report: (line: string) => void, other?: OtherStore) => Store;
  /** One line for the user. */
  readonly report: (line: string) => void;
}

export class SessionStores {
  readonly #settings: StoreSettings;
  /** The thread's own: null if it cannot be opened, undefined until somebody asks for it. */
  #own: Store | null | undefined;
  /** Those of groups, by their folders. */
  readonly #others = new Map<string, Store | null>();
  /** Whether the user was told what is wrong with the cache directory. */
  #isKnownBad = false;

  constructor(settings: StoreSettings) {
    this.#settings = settings;
  }

  /** The thread's own store as it was opened, without opening it. */
  get opened(): Store | null | undefined {
    return this.#own;
  }

  /** The thread's own store; null where it cannot be opened, of which the user is told. */
  own(): Store | null {
    if (this.#own === undefined) {
      try {
        this.#own = this.#settings.open(this.complain);
      } catch (error) {
        this.#own = null;
        this.complain(`${(error as Error).message}; the program runs uncached`);
      }
    }
    return this.#own;
  }

  /** The store of a group; null where it cannot be opened, of which the user is told. */
  other(other: OtherStore): Store | null {
    const known = this.#others.get(other.directory);
    if (known !== undefined) return known;
    const { isReadOnly, open, report } = this.#settings;
    let opened: Store | null = null;
    try {
      this.#byHand().prepareDirectory(other.directory, isReadOnly);
      opened = open(report, other);
    } catch (error) {
      report(`${(error as Error).message}; what it is for runs uncached`);
    }
    this.#others.set(other.directory, opened);
    return opened;
  }

  /** Tells the user what is wrong with the cache directory, once: after the first failure the others are expected. */
  readonly complain = (line: string): void => {
    if (!this.#isKnownBad) this.#settings.report(line);
    this.#isKnownBad = true;
  };

  /** Writes what waits to be written, in all stores that were opened. */
  flush(): void {
    this.#own?.flush();
    this.flushOthers();
  }

  flushOthers(): void {
    for (const [directory, store] of this.#others) {
      try {
        store?.flush();
      } catch (error) {
        this.#settings.report(`${directory} cannot be written: ${(error as Error).message}`);
      }
    }
  }

  /** All records that programs have put into a store, as far as they were written. */
  listItems(directory: string): ReturnType<StoreByHand["listItems"]> {
    return this.#byHand().listItems(directory);
  }

  /** Shows all records of the stores that this thread uses, as far as they were written. */
  visitRecords(visit: (key: string, record: Uint8Array) => void): void {
    const others = [...this.#others].filter(([, store]) => store !== null).map(([at]) => at);
    for (const at of new Set([this.#settings.directory, ...others])) this.#byHand().visitRecords(at, visit);
  }

  #byHand(): StoreByHand {
    return requireOwn(`${this.#settings.dumboFolder}store-by-hand.cjs`) as StoreByHand;
  }
}
