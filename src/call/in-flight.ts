/**
 * Calls of async functions that are under way, for those who ask for the same meanwhile: they wait, and get a value of
 * their own from what the first one recorded.
 *
 * If nothing may be kept of the first call, the others run late, so that only calls may wait that do the same at any
 * time: of code that reads nothing which can change, with values that cannot change.
 */
import { inspect } from "node:util";

export class Flight {
  /** The bytes of the value, or null if nothing may be kept. Never rejects. */
  readonly landing: Promise<Uint8Array | null>;
  isAwaited = false;
  #isOver: (() => boolean) | null = null;
  #land: (bytes: Uint8Array | null) => void = () => undefined;
  readonly #leave: () => void;

  /** @param leave called when it is over */
  constructor(leave: () => void) {
    this.#leave = leave;
    this.landing = new Promise((resolve) => {
      this.#land = resolve;
    });
  }

  /** The call waits. @param isOver whether it has ended meanwhile */
  takeOff(isOver: () => boolean): void {
    this.#isOver = isOver;
  }

  land(bytes: Uint8Array | null): void {
    this.#leave();
    this.#land(bytes);
  }

  /** A function that has thrown before it waited does so for each caller at once. */
  get isPending(): boolean {
    return this.#isOver?.() === false;
  }
}

/** Whether a promise has been settled, without waiting for it. */
export function isSettled(promise: Promise<unknown>): boolean {
  return !inspect(promise, { depth: 0, customInspect: false }).includes("<pending>");
}

/** The calls of one thread that are under way, by key. */
export class Flights {
  readonly #flights = new Map<string, Flight>();

  /** The call with this key that can be waited for, or undefined. */
  find(key: string): Flight | undefined {
    const flight = this.#flights.get(key);
    return flight?.isPending ? flight : undefined;
  }

  /** @param landed called when it is over */
  begin(key: string, landed: () => void): Flight {
    const flight: Flight = new Flight(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
      landed();
    });
    this.#flights.set(key, flight);
    return flight;
  }
}
