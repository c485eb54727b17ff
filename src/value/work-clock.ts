/**
 * The clock that measures dumbo's own work. On a busy machine, a process may wait for tens of milliseconds while it makes a key of one
 * millisecond. By the time of day that key would be too expensive, and the calls that are worth most would not be recorded. So where
 * work seems long, the clock asks for the processor time and leaves out the rest. It never goes back to before the moment at which the
 * work began.
 */

/** Work of fewer milliseconds is taken as measured. */
const LONG = 0.5;
/**
 * For some time after it was asked for, the processor time is taken to have gone on with the time of day: for at least so many
 * milliseconds, and for as long as keeps the questions themselves at this share of the time. A question takes a microsecond, and hundreds
 * where the system has to sum up the times of threads that are running.
 */
const FRESH = { least: 0.25, most: 20, share: 0.01 };
/** So many of the last questions decide what one takes. */
const REMEMBERED = 8;

// Captured before the program can replace them.
const { max, min } = Math;

/** When a piece of work began: by this clock, and in processor time. */
export interface Beginning {
  readonly at: number;
  readonly worked: number;
}

export class WorkClock {
  readonly #wall: () => number;
  readonly #worked: () => number;
  /** When the processor time was last asked for, by the time of day, and the answer. */
  #asked = Number.NEGATIVE_INFINITY;
  #answer = 0;
  /** What asking takes, by the time of day. */
  #question = 0;
  /** Milliseconds that this clock is behind the time of day. */
  #leftOut = 0;
  /** The first piece of the work for the current call. */
  #first: Beginning | null = null;

  /**
   * @param wall the time of day
   * @param worked the processor time of the process. Neither may be a function with a tap, or a recorded call would read a clock
   */
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
   * To be called when all work for a call is over. If a piece of the work began by {@link begin}, all since then is measured in
   * processor time. If none did, the work was short, and the clock leaves out everything above that.
   */
  end(started: number): void {
    if (this.#first !== null) this.taken(this.#first);
    else this.#leftOut += Math.max(0, this.now() - started - LONG);
    this.#first = null;
  }

  /** How long the work for this call has taken since one of its moments, without the time of other processes. */
  readonly since = (started: number): number => {
    if (this.#first !== null) this.taken(this.#first);
    return max(0, this.now() - started);
  };

  /** A beginning whose time {@link taken} is asked for: of something that is not dumbo's work, like a body of the program. */
  mark(): Beginning {
    return { at: this.now(), worked: this.#workedAbout() };
  }

  /** How long a piece of work has taken. The clock leaves out the time that other processes took meanwhile. */
  taken({ at, worked }: Beginning): number {
    const seen = this.now() - at;
    if (seen < LONG) return seen;
    const done = max(0, this.#workedAbout() - worked);
    if (done >= seen) return seen;
    this.#leftOut += seen - done;
    return done;
  }

  /** The processor time, without asking for it again if it was asked for just now: many pieces of work follow each other. */
  #workedAbout(): number {
    const at = this.#wall();
    const since = at - this.#asked;
    const fresh = min(max(FRESH.least, this.#question / FRESH.share), FRESH.most);
    if (since < fresh) return this.#answer + since;
    this.#answer = this.#worked();
    this.#asked = this.#wall();
    this.#question += (this.#asked - at - this.#question) / REMEMBERED;
    return this.#answer;
  }
}
