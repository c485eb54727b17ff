/** Files and folders that a run has written: whether they are there when it ends, and that they are there, as if it had run, where it is answered. */
import type { Stats } from "node:fs";
import { clock, files } from "../../audit/builtins/originals.ts";
import { verify } from "../../audit/replay/dependencies.ts";
import { toPath } from "../../audit/replay/file-signature.ts";
import { writeAgain } from "../../audit/replay/file-writes.ts";
import { targetOf } from "../../audit/replay/write-targets.ts";
import { hash128 } from "../../src/hash.ts";
import { constants } from "../../src/node/fs.ts";
import type { Dependency } from "../../src/trace/trace.ts";
import type { WrittenPlace } from "./kept-runs.ts";
import { canBeMade, madeAs } from "./made-places.ts";

const RUNS_AS_OWNER = 0o6000;

/** Whether all is there as it was written. */
export function isThere(places: readonly WrittenPlace[]): boolean {
  try {
    return places.every((place) => stateOf(place) === "same");
  } catch {
    return false;
  }
}

/**
 * Has all be there as if it was written now: what is missing is written, and files that hold the same get the times that they would get.
 * @param own what the run has asked about what it has written itself: the answers have to be the same when all is there
 * @param contents gives the contents of files by hash; undefined if what is missing may not be written
 * @returns false where something else is there, or cannot be written; then nothing is written that was missing
 */
export function writtenAgain(
  places: readonly WrittenPlace[],
  own: readonly Dependency[],
  contents: () => ReadonlyMap<string, Uint8Array> | undefined,
): boolean {
  try {
    const states = places.map(stateOf);
    if (states.includes("other")) return false;
    const missing = places.filter((_, index) => states[index] === "missing");
    const known = missing.length === 0 ? new Map<string, Uint8Array>() : contents();
    if (known === undefined) return false;
    // Each is asked between the writes between which the run has asked it: what a folder holds depends on that.
    const writes = missing.map(({ action, content, after }) => ({ action, content, size: 0, after }));
    const before = own.slice(0, writes[0]?.after);
    if (!before.every((one) => verify(one) !== null)) return false;
    if (!writeAgain({ dependencies: own, writes }, (hash) => known.get(hash))) return false;
    for (const [index, place] of places.entries()) if (states[index] === "same" && isFile(place)) touch(place);
    return true;
  } catch {
    return false;
  }
}

function isFile({ action: [operation] }: WrittenPlace): boolean {
  return operation === "file";
}

function nameOf({ action: [, name] }: WrittenPlace): string {
  return name as string;
}

/** What is at a place now. Not the same, wherever the process prints into a file. */
function stateOf(place: WrittenPlace): "same" | "missing" | "other" {
  const name = nameOf(place);
  const target = targetOf(name);
  if (target.kind === "missing") return target.isLink || !canBeMade(place) ? "other" : "missing";
  if (target.kind !== (isFile(place) ? "file" : "folder")) return "other";
  const path = toPath(name);
  const stats = files.lstatSync(path);
  if (place.isFresh && madeAs(stats) !== place.made) return "other";
  if (target.kind === "folder") return "same";
  if (!isWrittenInPlace(place, stats)) return "other";
  files.accessSync(path, constants.W_OK);
  return hash128(files.readFileSync(path)) === place.content ? "same" : "other";
}

/**
 * Whether writing into the file that is there changes nothing but its content. By another name or a link, the program could read what it has written in
 * between; a write takes away the right to run as the owner.
 */
function isWrittenInPlace({ action: [, , mode], hasMode }: WrittenPlace, stats: Stats): boolean {
  if (!stats.isFile() || stats.nlink !== 1 || (stats.mode & RUNS_AS_OWNER) !== 0) return false;
  return !hasMode || (stats.mode & 0o7777) === Number(mode);
}

/** Gives a file the times that writing the same to it would. */
function touch(place: WrittenPlace): void {
  const path = toPath(nameOf(place));
  files.utimesSync(path, files.statSync(path).atime, clock() / 1000);
}
