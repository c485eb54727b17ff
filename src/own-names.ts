/**
 * The names under which V8 knows dumbo's own files. They are the same wherever dumbo is installed: V8 before 12 gives code that it
 * takes in compiled form the name that it was compiled under, which may have been in another project.
 */
import { basename } from "node:path";

const OWN = "dumbo:";

export function ownName(file: string): string {
  return OWN + basename(file);
}

/**
 * Whether a name is one of dumbo's files.
 * @param folder dumbo's own, with a separator at the end: the first file of all is loaded by Node, and has its path
 */
export function isOwnName(name: string, folder: string): boolean {
  return name.startsWith(OWN) || name.startsWith(folder);
}

/** Whether an origin of code made of a text, as V8 words it, is in one of dumbo's files. */
export function isInOwnFile(origin: string, folder: string): boolean {
  return origin.includes(`(${OWN}`) || origin.includes(folder);
}
