/**
 * What is at the place where a program writes, and whether a hit may write there: regular files and folders on a disk, but no files of
 * dumbo and no code of the program.
 */
import type { BigIntStats } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { WriteTarget } from "../../src/reason/reason.ts";
import { files } from "../builtins/originals.ts";
import { signatureOf } from "./file-signature.ts";

export type Target =
  | { readonly kind: "file"; readonly name: string }
  | { readonly kind: "folder"; readonly name: string }
  /** `isLink`: there is a symbolic link, which leads to nothing. */
  | { readonly kind: "missing"; readonly name: string; readonly isLink: boolean }
  | { readonly kind: "refused"; readonly why: WriteTarget };

/** Paths of devices, and of files that the system generates. Files in /dev/shm are like any others. */
const MADE_UP = /^\/(dev(?!\/shm\/)|proc|sys)(\/|$)/;

let isProtected: ((path: string) => boolean) | null = null;

/**
 * Allows writes to be recorded and repeated.
 * @param protects whether a file belongs to dumbo, or is code of the program
 */
export function replayWrites(protects: (path: string) => boolean): void {
  isProtected = protects;
}

/** Whether the user has allowed writes to be recorded. */
export function replaysWrites(): boolean {
  return isProtected !== null;
}

/** The file name in a path of a query or an action. */
export function nameOf(text: string): string {
  return text.startsWith("u") ? fileURLToPath(text.slice(1)) : text.slice(1);
}

/**
 * What is at a place now. Callers raise `state.suspended`.
 * @param text a path, as queries hold it
 */
export function targetOf(text: string): Target {
  const refused = (kind: WriteTarget["kind"]): Target => ({ kind: "refused", why: { kind } });
  try {
    const name = nameOf(text);
    if (MADE_UP.test(resolve(name))) return refused("device");
    const stats = files.statSync(name, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return missing(name);
    const kind = stats.isFile() ? "file" : "directory";
    if (signatureOf(text, kind) === null) return refused("no-disk");
    const path = files.realpathSync(name);
    if (isProtected?.(path)) return refused("protected");
    if (isPrintedTo(stats)) return refused("printed-to");
    return kind === "file" ? { kind, name } : { kind: "folder", name };
  } catch {
    return refused("unseen-place");
  }
}

/** Whether an action can be done at a place: files are written where a file or nothing is, folders made where a folder or nothing is. */
export function fits(action: string | undefined, target: Target): boolean {
  if (target.kind === "refused") return false;
  return target.kind === "missing" || (target.kind === "folder") === (action === "folder");
}

function missing(name: string): Target {
  const isLink = files.lstatSync(name, { throwIfNoEntry: false }) !== undefined;
  let folder = dirname(name);
  while (!files.existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  if (signatureOf(`p${folder}`, "directory") === null) return { kind: "refused", why: { kind: "no-folder" } };
  const path = join(files.realpathSync(folder), resolve(name).slice(resolve(folder).length));
  if (isProtected?.(path)) return { kind: "refused", why: { kind: "protected" } };
  return { kind: "missing", name, isLink };
}

/** Whether stdout or stderr goes to this file. Then the order of output and writes matters, and a hit would not keep it. */
function isPrintedTo({ dev, ino }: BigIntStats): boolean {
  return [1, 2].some((fd) => {
    try {
      const stats = files.fstatSync(fd, { bigint: true });
      return stats.ino === ino && stats.dev === dev;
    } catch {
      return false;
    }
  });
}
