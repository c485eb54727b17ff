/** Finds the file whose code is running, by the stack. An event asks for it, to tell a listed package from the rest of the program. */
import { fileURLToPath } from "node:url";
import { isOwnName } from "../../src/own-names.ts";

type Prepare = typeof Error.prepareStackTrace;

const { captureStackTrace } = Error;

/**
 * The file of the innermost frame on the stack that is neither Node's nor dumbo's, or null. Cost: about 20 us.
 * @param own dumbo's folder
 */
export function callerFile(own: string): string | null {
  for (const name of fileNames(60)) {
    if (!name || name.startsWith("node:")) continue;
    const file = name.startsWith("file:") ? fileURLToPath(name) : name;
    if (!isOwnName(file, own)) return file;
  }
  return null;
}

/**
 * Whether Node's own code has called dumbo: it reads a tapped property, say. Cost: about 2 us; packages read `process.env` in loops.
 * @param entry the function of dumbo's that was called, which is on the stack
 */
export function isCalledByNode(entry: () => unknown): boolean {
  const name = callSites(1, entry)[0]?.getFileName() ?? null;
  ownFile ??= fileNames(1)[0] ?? null;
  // dumbo's own code may stand between: then the question is who called that.
  return (name === ownFile ? callingFile() : name)?.startsWith("node:") !== false;
}

let ownFile: string | null = null;

/** The file whose code called dumbo. Cost: about 5 us. */
export function callingFile(): string | null {
  const names = fileNames(10);
  const own = names[0];
  return names.find((name) => name !== own) ?? null;
}

function fileNames(limit: number): (string | null)[] {
  return callSites(limit).map((site) => site.getFileName() ?? null);
}

/**
 * The innermost frames on the stack, this module's first.
 * @param below if given, a function on the stack: the first frame is then that of its caller
 */
export function callSites(limit: number, below?: () => unknown): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const show: Prepare = (_, sites) => sites;
  Error.prepareStackTrace = show as NonNullable<Prepare>;
  Error.stackTraceLimit = limit;
  try {
    const shown: { stack?: unknown } = below === undefined ? new Error() : {};
    if (below !== undefined) captureStackTrace(shown, below);
    return shown.stack as NodeJS.CallSite[];
  } finally {
    // Assigning both restores them, because both are data properties, whether the program has set them or not.
    Error.prepareStackTrace = prepareStackTrace as NonNullable<Prepare>;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
