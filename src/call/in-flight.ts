/**
 * Flights: running calls of async functions that others may wait for. A call with the same key waits until the flight lands, and decodes
 * a value of its own from the bytes that the first call has left.
 *
 * If the first call may not be kept, the others run their bodies as soon as that is known, and so later than without dumbo: an error of theirs comes
 * behind those of calls that were made after them. So only calls of functions that are memoized by hand wait (`LiveSite.mayBeAwaited`), and only such that do
 * the same at any time: their code reads nothing that can change, and their key holds no object.
 */

/** What a call has left for those that wait for it. */
export interface Landed {
  /** Of the value. */
  readonly bytes: Uint8Array;
  /** Turns of the microtask queue that the call took. */
  readonly turns: number;
}

export class Flight {
  /** Fulfils when the call has ended. Never rejects. */
  readonly landing: Promise<void>;
  /** Undefined until the call has ended; null if it may not be kept. */
  landed: Landed | null | undefined;
  /** Whether calls wait for this one: then its value is encoded even if storing it does not pay. */
  isAwaited = false;
  #isOver: (() => boolean) | null = null;
  #mayBeKept: () => boolean = () => true;
  #land: () => void = () => undefined;
  readonly #onLanding: () => void;

  /** @param onLanding called before the calls that wait go on */
  constructor(onLanding: () => void) {
    this.#onLanding = onLanding;
    this.landing = new Promise((resolve) => {
      this.#land = resolve;
    });
  }

  /**
   * The call has begun to wait: others may wait for it from now on.
   * @param isOver whether the call has ended meanwhile
   * @param mayBeKept whether nothing is known yet that forbids it
   */
  takeOff(isOver: () => boolean, mayBeKept: () => boolean): void {
    this.#isOver = isOver;
    this.#mayBeKept = mayBeKept;
  }

  /** The call has ended. @param landed null if it may not be kept */
  land(landed: Landed | null): void {
    this.#onLanding();
    this.landed = landed;
    this.#land();
  }

  /** Whether other calls may wait for it. Not before its first wait: a body that throws by then throws into each of its callers at once. */
  get isPending(): boolean {
    return this.#isOver?.() === false && this.#mayBeKept();
  }

  /** Whether the call will not be kept: to wait any longer is in vain. */
  get isInVain(): boolean {
    return this.landed === null || (this.landed === undefined && !this.#mayBeKept());
  }
}

/** The flights of one thread, by key. */
export class Flights {
  readonly #flights = new Map<string, Flight>();

  /** The flight with this key that calls may wait for, or undefined. */
  find(key: string): Flight | undefined {
    const flight = this.#flights.get(key);
    return flight?.isPending ? flight : undefined;
  }

  /** @param onLanding called before the calls that wait go on */
  begin(key: string, onLanding: () => void): Flight {
    const flight: Flight = new Flight(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
      onLanding();
    });
    this.#flights.set(key, flight);
    return flight;
  }
}
