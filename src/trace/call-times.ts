/**
 * How long the calls of async functions take, some of which overlap: what a hit would save of the thread's time.
 *
 * A call takes what its body ran, and what the calls took that it made and outlived. While no known body runs, nobody knows for
 * which call the thread works (code without a guard may run that a call waits for): that time is divided equally among
 * the calls that wait for no other known call. The code that makes a call is not what the call waits for: until that code
 * is over, the call gets nothing. So no moment counts twice:
 *
 * - the calls that no other call has made take together at most the time that the thread was busy;
 * - the calls that a call has made and outlived take together at most the time of that call.
 *
 * Nothing here may throw into the program, and nothing of the program runs here.
 */

/** A call of an async function whose promise is not settled. */
export interface OpenCall {
  readonly parent: OpenCall | null;
  /** Milliseconds that it has taken so far, without its part of what is being divided. */
  ran: number;
  /** The body that it interrupts, while its own runs. */
  outer: OpenCall | null;
  isInside: boolean;
  /** Whether the code that made it is over. */
  isLeftAlone: boolean;
  /** Calls that it has made and that are left alone. */
  inner: number;
  /** How much each waiting call had got of the divided time when this one began to wait. */
  since: number;
  isOver: boolean;
}

// Captured before the program can replace it.
const { then } = Promise.prototype;
const { apply } = Reflect;

export class CallTimes {
  readonly #busy: () => number;
  /** The call whose body runs; the bodies that it interrupts are behind it. */
  #running: OpenCall | null = null;
  /** Until when the time was given to those that it belongs to. */
  #given = 0;
  /** What a call would have got of the divided time that has waited from the beginning. */
  #divided = 0;
  /** How many calls are left alone and wait for no known call. */
  #waiting = 0;
  /** Calls whose makers may still be running. */
  #made: OpenCall[] = [];
  #looksAtMade = false;

  /** @param busy milliseconds that the thread has worked: it stands still while the thread waits for something to happen */
  constructor(busy: () => number) {
    this.#busy = busy;
  }

  /**
   * A body begins, and runs until it is left.
   * @param around the call that the running code belongs to, for where no known body runs
   */
  begin(around: OpenCall | null): OpenCall {
    if (!this.#looksAtMade) {
      // Its place in the queue is before all that the body puts there, and behind the code that makes the call.
      apply(then, Promise.resolve(), [() => this.#leaveAlone()]);
      this.#looksAtMade = true;
    }
    const parent = this.#running ?? around;
    const call: OpenCall = {
      parent: parent?.isOver === false ? parent : null,
      ran: 0,
      outer: null,
      isInside: false,
      isLeftAlone: false,
      inner: 0,
      since: 0,
      isOver: false,
    };
    this.#made.push(call);
    this.enter(call);
    return call;
  }

  /** Its body goes on. */
  enter(call: OpenCall): void {
    if (call.isInside || call.isOver) return;
    this.#give();
    call.isInside = true;
    call.outer = this.#running;
    this.#running = call;
  }

  /** Its body waits, or is over. A body inside that an error of the engine's has ended is left as well. */
  leave(call: OpenCall): void {
    if (!call.isInside) return;
    this.#give();
    call.isInside = false;
    this.#running = call.outer;
    call.outer = null;
  }

  /** Its promise is settled. @returns the milliseconds that it took */
  end(call: OpenCall): number {
    if (call.isOver) return call.ran;
    this.leave(call);
    this.#give();
    call.isOver = true;
    const { parent, isLeftAlone } = call;
    if (isLeftAlone) this.#stopWaiting(call);
    // Most calls that end before their makers do are the last ones made.
    else if (this.#made.at(-1) === call) this.#made.pop();
    if (parent === null || parent.isOver) return call.ran;
    parent.ran += call.ran;
    if (isLeftAlone) {
      parent.inner--;
      this.#wait(parent);
    }
    return call.ran;
  }

  /** The code is over that has made these calls. */
  #leaveAlone(): void {
    this.#give();
    const made = this.#made;
    this.#made = [];
    this.#looksAtMade = false;
    // By no iterator: the program may have replaced that of arrays, and nobody catches an error here.
    for (let i = 0; i < made.length; i++) {
      const call = made[i] as OpenCall;
      if (call.isOver) continue;
      call.isLeftAlone = true;
      this.#wait(call);
      const { parent } = call;
      if (parent === null || parent.isOver) continue;
      this.#stopWaiting(parent);
      parent.inner++;
    }
  }

  #wait(call: OpenCall): void {
    if (call.inner > 0 || !call.isLeftAlone) return;
    call.since = this.#divided;
    this.#waiting++;
  }

  #stopWaiting(call: OpenCall): void {
    if (call.inner > 0 || !call.isLeftAlone) return;
    call.ran += this.#divided - call.since;
    this.#waiting--;
  }

  /** Gives the time since it was last asked to those that it belongs to. */
  #give(): void {
    const now = this.#busy();
    const passed = Math.max(0, now - this.#given);
    this.#given = now;
    if (this.#running !== null) this.#running.ran += passed;
    else if (this.#waiting > 0) this.#divided += passed / this.#waiting;
  }
}
