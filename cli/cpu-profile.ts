/** V8's CPU profiles: how long each function of the program took. */
import { fileURLToPath } from "node:url";
import type { FunctionTime } from "../src/policy/times.ts";
import { relativeTo } from "./paths.ts";

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** What `--cpu-prof` writes, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

/** A function of the program: its file from the project's folder, 1-based line, name. */
export interface Known {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

/** Adds up profiles of one run: those of its threads and processes. All times are milliseconds. */
export class TimeSum {
  ran = 0;
  dumbo = 0;
  readonly functions = new Map<string, { total: number; own: number }>();
  readonly #root: string;
  readonly #dumboFolder: string;
  readonly #byPlace = new Map<string, Known[]>();

  /** @param dumboFolder where dumbo itself is, with a separator at the end */
  constructor(root: string, dumboFolder: string, known: readonly Known[]) {
    this.#root = root;
    this.#dumboFolder = dumboFolder;
    for (const one of known) {
      const place = `${one.file}:${one.line}`;
      this.#byPlace.set(place, [...(this.#byPlace.get(place) ?? []), one]);
    }
  }

  add({ nodes, samples, timeDeltas }: CpuProfile): void {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const self = new Map<number, number>();
    samples.forEach((id, index) => {
      self.set(id, (self.get(id) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
    });
    const hasParent = new Set(nodes.flatMap(({ children = [] }) => children));
    // By hand: a program may be deeper than the stack of this process.
    const open: { node: ProfileNode; owner: string | null; active: ReadonlySet<string> }[] = [];
    for (const node of nodes) if (!hasParent.has(node.id)) open.push({ node, owner: null, active: new Set() });
    for (let next = open.pop(); next; next = open.pop()) {
      const { node, owner, active } = next;
      const key = this.#keyOf(node);
      const isDumbo = key === null && this.#isDumbo(node);
      const inner = key ?? owner;
      const within = key === null || active.has(key) ? active : new Set([...active, key]);
      this.#count(self.get(node.id) ?? 0, inner, within, isDumbo, node);
      for (const child of node.children ?? []) {
        const found = byId.get(child);
        if (found) open.push({ node: found, owner: inner, active: within });
      }
    }
  }

  get times(): Record<string, FunctionTime> {
    return Object.fromEntries(this.functions);
  }

  #count(ms: number, owner: string | null, active: ReadonlySet<string>, isDumbo: boolean, node: ProfileNode): void {
    if (ms === 0 || node.callFrame.functionName === "(idle)") return;
    this.ran += ms;
    if (isDumbo) {
      this.dumbo += ms;
      return;
    }
    if (owner !== null) this.#sum(owner).own += ms;
    for (const key of active) this.#sum(key).total += ms;
  }

  #sum(key: string): { total: number; own: number } {
    const known = this.functions.get(key) ?? { total: 0, own: 0 };
    this.functions.set(key, known);
    return known;
  }

  #isDumbo({ callFrame: { url } }: ProfileNode): boolean {
    return pathOf(url).startsWith(this.#dumboFolder);
  }

  /** As profiles name it: `file:line name`; null for what is no function of the program. */
  #keyOf({ callFrame: { url, lineNumber, functionName } }: ProfileNode): string | null {
    if (url === "" || url.startsWith("node:")) return null;
    const file = relativeTo(this.#root, pathOf(url));
    const place = `${file}:${lineNumber + 1}`;
    const found = this.#byPlace.get(place);
    if (!found) return null;
    const short = functionName.split(/[. ]/).at(-1);
    const one = found.find(({ name }) => name === functionName || name === short || name.endsWith(`.${short}`));
    const only = found.length === 1 ? found[0] : undefined;
    const known = one ?? only;
    return known ? `${place} ${known.name}` : null;
  }
}

function pathOf(url: string): string {
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}
