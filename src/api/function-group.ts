/** Functions whose results are kept in one place, and that are switched on and off together. */
import { resolve } from "node:path";
import type { OtherStore } from "../call/engine.ts";
import { startedEngine } from "./connection.ts";
import type { Group, GroupOptions, MemoStats } from "./declared.ts";
import { noteQuestion } from "./note-finding.ts";

const NAMES: ReadonlySet<string> = new Set<keyof GroupOptions>(["dir", "maxSize"]);

/** What counts the calls of a function. */
type Count = () => MemoStats;

export class FunctionGroup implements Group {
  // The only own properties: `postMessage` sends these to another thread, and nothing else of the group.
  declare readonly dir?: string;
  declare readonly maxSize?: number;
  readonly #counts: Count[] = [];
  #isEnabled = true;

  /** @throws TypeError for options that mean nothing */
  constructor(options: GroupOptions) {
    const unknown = Object.keys(options).find((name) => !NAMES.has(name));
    if (unknown !== undefined) throw new TypeError(`a group has no option "${unknown}"`);
    const { dir, maxSize } = options;
    if (dir !== undefined && (typeof dir !== "string" || dir === "")) throw new TypeError("dir has to be a path");
    if (maxSize !== undefined && !(Number.isSafeInteger(maxSize) && maxSize > 0 && dir !== undefined)) {
      throw new TypeError("maxSize has to be a number of bytes, and needs dir");
    }
    // Absolute: the thread that gets the options may have another working directory.
    if (dir !== undefined) this.dir = resolve(dir);
    if (maxSize !== undefined) this.maxSize = maxSize;
    Object.freeze(this);
  }

  /** Where its results are kept, if that is not the thread's own store. */
  get otherStore(): OtherStore | null {
    return this.dir === undefined ? null : { directory: this.dir, maxSize: this.maxSize ?? null };
  }

  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  /** Takes a function into the group. */
  add(count: Count): void {
    this.#counts.push(count);
  }

  commit(): void {
    startedEngine()?.commit();
  }

  stats(): MemoStats {
    this.#noteAsked();
    const sum = { calls: 0, hits: 0, misses: 0, stored: 0, saved: 0, spent: 0 };
    for (const count of this.#counts) {
      for (const [name, value] of Object.entries(count())) sum[name as keyof typeof sum] += value;
    }
    return sum;
  }

  disable(): void {
    this.#noteAsked();
    this.#isEnabled = false;
  }

  enable(): void {
    this.#noteAsked();
    this.#isEnabled = true;
  }

  #noteAsked(): void {
    const engine = startedEngine();
    if (engine !== null) noteQuestion(engine);
  }
}

export function group(options: GroupOptions = {}): Group {
  return new FunctionGroup(options);
}
