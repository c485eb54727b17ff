/**
 * What a run does to files and folders, by the state in which it leaves them. What was at a place that the run has emptied or written is of no
 * importance any more: what it reads there is its own work. Each place has to have one name here (audit/replay/places.ts), or what is left at it
 * would be told by whichever name was used.
 */
import { lastIndexOf, slice, startsWith } from "../node/language.ts";

/** A change of files that no call can keep, but a run as a whole can. Paths are as in queries. */
export type FileChange =
  /** Nothing is left at a place, nor in it. */
  | { readonly kind: "removed"; readonly path: string }
  /** A file that the run has written has another name. */
  | { readonly kind: "moved"; readonly path: string; readonly to: string }
  /** A file is written piece by piece: only the end shows what is in it. */
  | { readonly kind: "begun"; readonly path: string; readonly mode: string }
  /** A file is another one's copy, and has its mode, whatever the umask is and whatever was there. */
  | { readonly kind: "copied"; readonly path: string; readonly mode: string }
  /** A folder is there, with all above it. */
  | { readonly kind: "made"; readonly path: string }
  /** More is written at the end of a file that the run has written. */
  | { readonly kind: "appended"; readonly path: string };

/** A file or folder that a run has written, as it was in the end. */
export interface LeftPlace {
  /** How it was made; the second text is its name in queries (audit/replay/file-writes.ts). */
  readonly action: readonly string[];
  /** Hash of the content of a file, empty for a folder; null for a file of which only the end shows what is in it. */
  readonly content: string | null;
  /**
   * Whether the run had left nothing there before: then no mode, no owner, no link and no other name of the file remains of what was there before the run.
   * Else the program writes into what is there, and leaves all of that as it is.
   */
  readonly isFresh: boolean;
  /** Whether a file has the very mode of its action, as a copy has. Else that is what the umask leaves of it, or the one of before. */
  readonly hasMode?: true;
  /** How many answers about its own work the run had got before, of those that do not follow from that alone. */
  readonly after: number;
}

type Put = Omit<LeftPlace, "isFresh" | "after">;

/** Operations of queries whose answers follow from what the run has made: a folder, a file, or all that is at a place and in it. */
const OF_FOLDER: ReadonlySet<string> = new Set(["access", "exists"]);
const OF_FILE: ReadonlySet<string> = new Set([...OF_FOLDER, "open", "part", "readFile"]);
const OF_TREE: ReadonlySet<string> = new Set([...OF_FILE, "readdir"]);
const LATER = "later ";

export class LeftFiles {
  /** By their names in queries, in the order in which they were made. */
  readonly #places = new Map<string, LeftPlace>();
  readonly #emptied = new Set<string>();
  /** Where files were written into what might be there, and taken away under another name: with the mode of before, if there was one. */
  readonly #movedAway = new Set<string>();
  readonly #asked: () => number;

  /** @param asked how many answers about its own work the run has got */
  constructor(asked: () => number) {
    this.#asked = asked;
  }

  get isEmpty(): boolean {
    return this.#places.size + this.#emptied.size === 0;
  }

  get places(): readonly LeftPlace[] {
    return [...this.#places.values()];
  }

  /** Places at which nothing was left, whatever the run has put there since. */
  get emptied(): readonly string[] {
    return [...this.#emptied];
  }

  /**
   * A file was written as a whole, or a folder made.
   * @returns whether later runs would leave the same; if not, nobody can tell what is left
   */
  put(place: Put): boolean {
    const path = place.action[1] as string;
    // The next run would find this, and give the file that has another name now its mode.
    if (this.#movedAway.has(path)) return false;
    const known = this.#places.get(path);
    const isFresh = known?.isFresh ?? this.isEmptied(path);
    if (known === undefined && isFresh && !isFile(place)) this.#putAbove(place);
    const { action, hasMode } = known === undefined || place.hasMode ? place : known;
    const after = known?.after ?? this.#asked();
    this.#places.set(path, { action, content: place.content, isFresh, after, ...(hasMode && { hasMode }) });
    return true;
  }

  /** Folders are made with what is missing above them: where nothing was left, that is new as well. */
  #putAbove({ action: [operation, path, ...rest], content }: Put): void {
    const above = slice(path as string, 0, lastIndexOf(path as string, "/"));
    if (above === "" || this.#places.has(above) || !this.isEmptied(above)) return;
    const place: Put = { action: [operation as string, above, ...rest], content };
    this.#putAbove(place);
    this.#places.set(above, { ...place, isFresh: true, after: this.#asked() });
  }

  /** @returns whether later runs would leave the same; if not, nobody can tell what is left */
  change(change: FileChange): boolean {
    const { path } = change;
    switch (change.kind) {
      case "removed":
        this.#empty(path);
        return true;
      case "moved": {
        const place = this.#places.get(path);
        if (place === undefined || !isFile(place)) return false;
        if (path === change.to) return true;
        this.#empty(path);
        this.#empty(change.to);
        if (!place.isFresh) this.#movedAway.add(path);
        const [operation, , ...rest] = place.action;
        const { content, hasMode } = place;
        const action = [operation as string, change.to, ...rest];
        return this.put({ action, content, ...(hasMode && { hasMode }) });
      }
      case "made":
        return this.put({ action: ["folder", path, "", "r"], content: "" });
      case "begun":
        return this.put({ action: ["file", path, change.mode], content: null });
      case "copied":
        return this.put({ action: ["file", path, change.mode], content: null, hasMode: true });
      case "appended": {
        const place = this.#places.get(path);
        if (place === undefined && !this.isEmptied(path)) return false;
        return this.put({ action: ["file", path, ""], content: null });
      }
    }
  }

  #empty(path: string): void {
    for (const other of [...this.#places.keys()]) {
      if (other === path || startsWith(other, `${path}/`)) this.#places.delete(other);
    }
    if (!this.isEmptied(path)) this.#emptied.add(path);
  }

  has(path: string): boolean {
    return this.#places.has(path);
  }

  /** Whether a place was emptied, or is in one that was. */
  isEmptied(path: string): boolean {
    if (this.#emptied.size === 0) return false;
    for (let end = path.length; end > 0; end--) {
      const isWhole = end === path.length || path[end] === "/";
      if (isWhole && this.#emptied.has(slice(path, 0, end))) return true;
    }
    return false;
  }

  /** Whether the answer to a query follows from what the run itself has done. */
  settles([operation, path, mode = ""]: readonly string[]): boolean {
    if (operation === undefined || path === undefined) return false;
    const asked = startsWith(operation, LATER) ? slice(operation, LATER.length) : operation;
    // What may be done to a file that was there before, its mode decides, which it keeps.
    if (asked === "access" && mode !== "" && mode !== "0") return false;
    const place = this.#places.get(path);
    if (place !== undefined && (isFile(place) ? OF_FILE : OF_FOLDER).has(asked)) return true;
    return OF_TREE.has(asked) && this.isEmptied(path);
  }
}

function isFile({ action: [operation] }: Put): boolean {
  return operation === "file";
}
