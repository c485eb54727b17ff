/** Finds the file whose code is running, by the stack. An event asks for it, to tell a listed package from the rest of the program. */
import { fileURLToPath } from "node:url";
import { startsWith } from "../../src/node/language.ts";
import { isOwnName } from "../../src/own-names.ts";

type Prepare = typeof Error.prepareStackTrace;

const { captureStackTrace } = Error;
const { deleteProperty, getOwnPropertyDescriptor, isExtensible, set } = Reflect;

/**
 * The file of the innermost frame on the stack that is neither Node's nor dumbo's, or null. Cost: about 20 us.
 * @param own dumbo's folder
 */
export function callerFile(own: string): string | null {
  return programFrame(own)?.path ?? null;
}

/**
 * The line of the innermost frame on the stack that is neither Node's nor dumbo's, or null. Cost: about 20 us.
 * @param own dumbo's folder
 */
export function callerPlace(own: string): { readonly path: string; readonly line: number } | null {
  const frame = programFrame(own);
  return frame && { path: frame.path, line: frame.site.getLineNumber() ?? 0 };
}

/**
 * The line of the program that has called a tapped function itself; null where a function of Node or of the language has. Cost: about 3 us.
 * @param own dumbo's folder
 * @param tell the function by which the tap tells of it, which is on the stack
 */
export function nearPlace(
  own: string,
  tell: (...args: never) => void,
): { readonly path: string; readonly line: number } | null {
  const sites = callSites(NEAR, tell);
  for (let i = 0; i < sites.length; i++) {
    const site = sites[i] as NodeJS.CallSite;
    const name = site.getFileName();
    if (!name || startsWith(name, "node:")) return null;
    const path = pathOf(name);
    if (!isOwnName(path, own)) return { path, line: site.getLineNumber() ?? 0 };
  }
  return null;
}

/** So many functions of dumbo's may stand between a tapped function and what tells of it, and one of the program's. */
const NEAR = 4;

const paths = new Map<string, string>();

/** The path in the name of a script. */
function pathOf(name: string): string {
  let path = paths.get(name);
  if (path === undefined) {
    path = startsWith(name, "file:") ? fileURLToPath(name) : name;
    paths.set(name, path);
  }
  return path;
}

/** The innermost frame of the program's, and its file. */
function programFrame(own: string): { readonly site: NodeJS.CallSite; readonly path: string } | null {
  for (const site of callSites(60)) {
    const name = site.getFileName();
    if (!name || name.startsWith("node:")) continue;
    const path = name.startsWith("file:") ? fileURLToPath(name) : name;
    if (!isOwnName(path, own)) return { site, path };
  }
  return null;
}

/**
 * Whether Node's own code has called dumbo: it reads a tapped property, say. Cost: about 2 us; packages read `process.env` in loops.
 * @param entry the function of dumbo's that was called, which is on the stack
 */
export function isCalledByNode(entry: () => unknown): boolean {
  const name = callerOf(entry);
  return name === null || startsWith(name, "node:");
}

/** The part of Node that hands the exports of a built-in module on to those who import it: it reads them all. */
const EXPORTS = "node:internal/bootstrap/realm";

/** Whether dumbo was called because Node hands on exports. Functions of the language that stand between, as `Reflect.get`, are passed over. */
export function isReadForExport(entry: () => unknown): boolean {
  const sites = callSites(4, entry);
  for (let i = 0; i < sites.length; i++) {
    const name = sites[i]?.getFileName() ?? null;
    if (name !== null) return name === EXPORTS;
  }
  return false;
}

function callerOf(entry: () => unknown): string | null {
  const name = callSites(1, entry)[0]?.getFileName() ?? null;
  ownFile ??= fileNames(1)[0] ?? null;
  // dumbo's own code may stand between: then the question is who called that.
  return name === ownFile ? callingFile() : name;
}

let ownFile: string | null = null;

/** The file whose code called dumbo. Cost: about 5 us. */
export function callingFile(): string | null {
  const names = fileNames(10);
  for (let i = 1; i < names.length; i++) if (names[i] !== names[0]) return names[i] ?? null;
  return null;
}

/** The innermost file on the stack that is neither Node's nor dumbo's; null where no such file is near. Cost: about 5 us. */
export function nearFile(): string | null {
  const names = fileNames(12);
  for (let i = 1; i < names.length; i++) {
    const name = names[i];
    if (name && name !== names[0] && !startsWith(name, "node:")) return name;
  }
  return null;
}

/** No method of arrays is called: the program may have replaced them. */
function fileNames(limit: number): (string | null)[] {
  const sites = callSites(limit);
  const names: (string | null)[] = [];
  for (let i = 0; i < sites.length; i++) names[i] = sites[i]?.getFileName() ?? null;
  return names;
}

/**
 * The innermost frames on the stack, this module's first; none where the program does not let the limit be set.
 * @param below if given, a function on the stack: the first frame is then that of its caller
 */
export function callSites(limit: number, below?: (...args: never) => unknown): NodeJS.CallSite[] {
  const before = settable("prepareStackTrace");
  const limitBefore = settable("stackTraceLimit");
  if (before === null || limitBefore === null) return [];
  Error.prepareStackTrace = show;
  Error.stackTraceLimit = limit;
  try {
    const shown: { stack?: unknown } = below === undefined ? new Error() : {};
    if (below !== undefined) captureStackTrace(shown, below);
    return shown.stack as NodeJS.CallSite[];
  } finally {
    restore("prepareStackTrace", before);
    restore("stackTraceLimit", limitBefore);
  }
}

const show: NonNullable<Prepare> = (_, sites) => sites;

/** What is needed to restore a property of `Error`: an empty list where it has none. */
type Restorable = readonly [] | readonly [value: unknown];

/** Null where assigning to a property of `Error` would not set it, or would run code of the program. */
function settable(key: string): Restorable | null {
  const property = getOwnPropertyDescriptor(Error, key);
  if (property === undefined) return isExtensible(Error) ? [] : null;
  return property.writable === true ? [property.value] : null;
}

function restore(key: string, before: Restorable): void {
  if (before.length === 0) deleteProperty(Error, key);
  else set(Error, key, before[0]);
}
