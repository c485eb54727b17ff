/** What a run has left of files and folders, as its end shows it. */
import { files } from "../../audit/builtins/originals.ts";
import { ask, type Query, TREE } from "../../audit/replay/dependencies.ts";
import { toPath } from "../../audit/replay/file-signature.ts";
import { lastFolder } from "../../audit/replay/places.ts";
import { hash128 } from "../../src/hash.ts";
import type { LeftPlace } from "../../src/trace/left-files.ts";
import { CHANGED, type Dependency } from "../../src/trace/trace.ts";
import { MOST_CONTENT, type WrittenByRun } from "../../src/trace/whole-run.ts";
import { Unanswerable } from "./asked-files.ts";
import type { WrittenPlace } from "./kept-runs.ts";
import { isAsMade, madeAs } from "./made-places.ts";

export interface Left {
  readonly places: readonly WrittenPlace[];
  /** The contents of the files, by hash; null if they are too large to be kept. */
  readonly contents: ReadonlyMap<string, Uint8Array> | null;
}

/** Reads the files of which only the end shows what is in them. @throws Unanswerable where one is not there, or not as the run has made it */
export function readPlaces({ places, contents }: Pick<WrittenByRun, "places" | "contents">): Left {
  const found = new Map(contents ?? []);
  let bytes = contents === null ? Number.POSITIVE_INFINITY : 0;
  for (const one of found.values()) bytes += one.byteLength;
  const read = (place: LeftPlace): WrittenPlace => {
    const made = place.isFresh ? { made: madeAt(place) } : {};
    if (place.content !== null) return { ...place, ...made, content: place.content };
    const content = contentAt(place);
    bytes += content.byteLength;
    const hash = hash128(content);
    if (bytes <= MOST_CONTENT) found.set(hash, content);
    return { ...place, ...made, content: hash };
  };
  const all = places.map(read);
  return { places: all, contents: bytes <= MOST_CONTENT ? found : null };
}

function madeAt(place: LeftPlace): string {
  const stats = files.lstatSync(nameOf(place), { throwIfNoEntry: false });
  if (stats === undefined || !isAsMade(place, stats)) throw new Unanswerable(CHANGED);
  return madeAs(stats);
}

function contentAt(place: LeftPlace): Uint8Array {
  try {
    return files.readFileSync(nameOf(place));
  } catch {
    throw new Unanswerable(CHANGED);
  }
}

function nameOf({ action: [, path] }: LeftPlace): string | URL {
  return toPath(path as string);
}

/**
 * What has to be so of places when all that the run has left is there: nothing but its own work is at a place that it has emptied, and no link leads from
 * one place to another. @throws Unanswerable where that is not so now
 */
export function askedOfPlaces({ places, emptied }: Pick<WrittenByRun, "places" | "emptied">): readonly Dependency[] {
  const own = new Map(places.map((place) => [place.action[1] as string, place]));
  const folders = new Set<string>();
  for (const path of [...own.keys(), ...emptied]) {
    const folder = `p${lastFolder(path.slice(1))}`;
    // What is made new is looked at itself.
    if (own.get(folder)?.isFresh !== true) folders.add(folder);
  }
  const queries = Array.from(folders, (folder): Query => ["realpathNative", folder, ""]);
  for (const path of emptied) {
    const place = own.get(path);
    if (place === undefined) queries.push(nothingAt(path));
    else if (place.action[0] === "folder") queries.push(treeOf(path, own));
  }
  return queries.map(asked);
}

/** The question whether nothing is at a place, and no link that leads to nothing either. */
function nothingAt(path: string): Query {
  if (files.lstatSync(toPath(path), { throwIfNoEntry: false })) throw new Unanswerable(CHANGED);
  return ["lstat", path, "n"];
}

/** The question for all that is in a folder. */
function treeOf(path: string, own: ReadonlyMap<string, LeftPlace>): Query {
  const names = files.readdirSync(toPath(path), { recursive: true, encoding: "utf8" });
  if (names.some((name) => own.get(`${path}/${name}`)?.isFresh !== true)) throw new Unanswerable(CHANGED);
  return [TREE, path];
}

function asked(query: Query): Dependency {
  const now = ask(query);
  if (now === null) throw new Unanswerable(CHANGED);
  return { query, answer: now.answer, fingerprint: "", selfWritten: true };
}
