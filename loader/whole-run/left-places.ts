/** What a run has left of files and folders, as its end shows it. */
import { files } from "../../audit/builtins/originals.ts";
import { ask, TREE } from "../../audit/replay/dependencies.ts";
import { toPath } from "../../audit/replay/file-signature.ts";
import { hash128 } from "../../src/hash.ts";
import type { LeftPlace } from "../../src/trace/left-files.ts";
import { CHANGED, type Dependency } from "../../src/trace/trace.ts";
import { MOST_CONTENT, type WrittenByRun } from "../../src/trace/whole-run.ts";
import { Unanswerable } from "./asked-files.ts";
import type { WrittenPlace } from "./kept-runs.ts";

export interface Left {
  readonly places: readonly WrittenPlace[];
  /** The contents of the files, by hash; null if they are too large to be kept. */
  readonly contents: ReadonlyMap<string, Uint8Array> | null;
}

/** Reads the files of which only the end shows what is in them. @throws Unanswerable where one is not there */
export function readPlaces({ places, contents }: Pick<WrittenByRun, "places" | "contents">): Left {
  const found = new Map(contents ?? []);
  let bytes = contents === null ? Number.POSITIVE_INFINITY : 0;
  for (const one of found.values()) bytes += one.byteLength;
  const read = (place: LeftPlace): WrittenPlace => {
    if (place.content !== null) return { ...place, content: place.content };
    const [operation, path] = place.action as [string, string];
    const { content, mode } = fileAt(path);
    bytes += content.byteLength;
    const hash = hash128(content);
    if (bytes <= MOST_CONTENT) found.set(hash, content);
    return { action: [operation, path, mode], content: hash };
  };
  const all = places.map(read);
  return { places: all, contents: bytes <= MOST_CONTENT ? found : null };
}

function fileAt(path: string): { readonly content: Uint8Array; readonly mode: string } {
  try {
    return { content: files.readFileSync(toPath(path)), mode: String(files.statSync(toPath(path)).mode & 0o777) };
  } catch {
    throw new Unanswerable(CHANGED);
  }
}

/** What is at a place that a run has emptied: nothing but what it has put there itself, so that no later run leaves anything else. */
export function treeAt(path: string): Dependency {
  const query = [TREE, path];
  const now = ask(query);
  if (now === null) throw new Unanswerable(CHANGED);
  return { query, answer: now.answer, fingerprint: "", selfWritten: true };
}
