/**
 * The clock by which dumbo's own work is measured. On a busy machine a process stands still for tens of milliseconds while
 * others run, in the midst of a key of one millisecond; by the time of day that key would be found too expensive, and what pays
 * most would not be recorded. So where work seems long, the processor is asked how much of it was work: the clock leaves
 * out the rest. It never goes back behind the moment at which the work began.
 */

/** Milliseconds from which it is worth the question (a microsecond, twice). */
const LONG = 0.5;

/** Where work has begun: the time, and what the processor has worked until then. */
export interface Beginning {
  readonly at: number;
  readonly worked: number;
}

export class WorkClock {
  readonly #wall: () => number;
  readonly #worked: () => number;
  #leftOut = 0;
  #first: Beginning | null = null;

  /** @param worked milliseconds that the processor has worked for the process; both clocks have to be unaudited */
  constructor(wall: () => number, worked: () => number) {
    this.#wall = wall;
    this.#worked = worked;
  }

  readonly now = (): number => this.#wall() - this.#leftOut;

  begin(): Beginning {
    const beginning = { at: this.now(), worked: this.#worked() };
    this.#first ??= beginning;
    return beginning;
  }

  /**
   * To be called when all work for a call is over. If a piece of the work began by {@link begin}, the processor is asked about all from
   * there on. If none did, the work was a short question: the clock leaves out what took longer than a question may.
   */
  end(started: number): void {
    if (this.#first !== null) this.taken(this.#first);
    else this.#leftOut += Math.max(0, this.now() - started - LONG);
    this.#first = null;
  }

  /** How long the work for this call has taken since a moment of it, without what others took. */
  readonly since = (started: number): number => {
    if (this.#first !== null) this.taken(this.#first);
    return Math.max(0, this.now() - started);
  };

  /** How long work has taken that began there: the clock leaves out what others took meanwhile. */
  taken({ at, worked }: Beginning): number {
    const seen = this.now() - at;
    if (seen < LONG) return seen;
    const done = this.#worked() - worked;
    if (done >= seen) return seen;
    this.#leftOut += seen - done;
    return done;
  }
}
