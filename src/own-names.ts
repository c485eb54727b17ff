/**
 * The names under which V8 knows dumbo's own files. They are the same wherever dumbo is installed: compiled code that V8 before 12
 * takes from disk keeps the name under which it was compiled, and another project may have compiled it.
 */
import { basename } from "node:path";

const OWN = "dumbo:";

export function ownName(file: string): string {
  return OWN + basename(file);
}

/**
 * Whether a script's name is that of one of dumbo's files.
 * @param folder dumbo's own, with a separator at the end: Node loads dumbo's first file itself, under its path
 */
export function isOwnName(name: string, folder: string): boolean {
  return name.startsWith(OWN) || name.startsWith(folder);
}

/** Whether one of dumbo's files made code of a text. @param origin of the code, in V8's words: `eval at f (dumbo:start.cjs:1:2)` */
export function isInOwnFile(origin: string, folder: string): boolean {
  return origin.includes(`(${OWN}`) || origin.includes(folder);
}
