/** Sums up how long each function of a program took, by V8's CPU profiles. */
import type { FunctionTime } from "../../src/policy/times.ts";
import type { CpuProfile } from "./cpu-profile.ts";
import type { Stack } from "./stacks.ts";

/** Adds up profiles of one run: those of its threads and processes. All times are milliseconds. */
export class TimeSum {
  ran = 0;
  dumbo = 0;
  readonly #functions = new Map<string, { total: number; own: number }>();

  /** @param stacks of the profile's nodes */
  add({ samples, timeDeltas }: CpuProfile, stacks: ReadonlyMap<number, Stack>): void {
    const self = new Map<number, number>();
    samples.forEach((id, index) => {
      self.set(id, (self.get(id) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
    });
    for (const [id, ms] of self) {
      const stack = stacks.get(id);
      if (stack) this.#count(ms, stack);
    }
  }

  get times(): Record<string, FunctionTime> {
    return Object.fromEntries(this.#functions);
  }

  #count(ms: number, stack: Stack): void {
    if (stack.kind === "idle") return;
    this.ran += ms;
    if (stack.kind === "unnamed") return;
    if (stack.isDumbo) {
      this.dumbo += ms;
      return;
    }
    if (stack.inner !== null) this.#sum(stack.inner).own += ms;
    for (const key of stack.functions) this.#sum(key).total += ms;
  }

  #sum(key: string): { total: number; own: number } {
    const known = this.#functions.get(key) ?? { total: 0, own: 0 };
    this.#functions.set(key, known);
    return known;
  }
}
