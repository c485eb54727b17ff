/**
 * The clock by which dumbo's own work is measured. On a busy machine a process stands still for tens of milliseconds while
 * others run, in the midst of a key of one millisecond; by the time of day that key would be found too expensive, and what pays
 * most would not be recorded. So where work seems long, the processor is asked how much of it was work: the clock leaves
 * out the rest. It never goes back behind the moment at which the work began.
 */

/** Milliseconds from which it is worth the question (a microsecond, twice; on some systems ten). */
const LONG = 0.5;
/** So many milliseconds after a question, the processor is taken to have worked on. */
const FRESH = 0.25;

/** Where work has begun: the time, and what the processor has worked until then. */
export interface Beginning {
  readonly at: number;
  readonly worked: number;
}

export class WorkClock {
  readonly #wall: () => number;
  readonly #worked: () => number;
  /** When the processor was last asked, by the time of day, and what it said. */
  #asked = Number.NEGATIVE_INFINITY;
  #answer = 0;
  #leftOut = 0;
  #first: Beginning | null = null;

  /** @param worked milliseconds that the processor has worked for the process; both clocks have to be unaudited */
  constructor(wall: () => number, worked: () => number) {
    this.#wall = wall;
    this.#worked = worked;
  }

  readonly now = (): number => this.#wall() - this.#leftOut;

  begin(): Beginning {
    const beginning = { at: this.now(), worked: this.#workedAbout() };
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

  /** Where something else than dumbo's work begins whose time is asked for by {@link taken}: a body of the program's. */
  mark(): Beginning {
    return { at: this.now(), worked: this.#workedAbout() };
  }

  /** How long work has taken that began there: the clock leaves out what others took meanwhile. */
  taken({ at, worked }: Beginning): number {
    const seen = this.now() - at;
    if (seen < LONG) return seen;
    const done = this.#ask() - worked;
    if (done >= seen) return seen;
    this.#leftOut += seen - done;
    return done;
  }

  #ask(): number {
    this.#answer = this.#worked();
    this.#asked = this.#wall();
    return this.#answer;
  }

  /** What the processor has worked, without the question where it was asked just now: much work is done in a row. */
  #workedAbout(): number {
    const since = this.#wall() - this.#asked;
    return since < FRESH ? this.#answer + since : this.#ask();
  }
}
