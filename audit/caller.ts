/** Whose code is running: asked on an event, to tell what a listed package did from what the program did. */
import { fileURLToPath } from "node:url";

type Prepare = typeof Error.prepareStackTrace;

/**
 * The file of the innermost code on the stack that is neither Node's nor dumbo's, or null. Cost: about 20 us.
 * @param own dumbo's folder
 */
export function callerFile(own: string): string | null {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const show: Prepare = (_, sites) => sites;
  let sites: NodeJS.CallSite[];
  Error.prepareStackTrace = show as NonNullable<Prepare>;
  Error.stackTraceLimit = 60;
  try {
    sites = new Error().stack as unknown as NodeJS.CallSite[];
  } finally {
    // Node's own default is a property too: putting back what was there is enough.
    Error.prepareStackTrace = prepareStackTrace as NonNullable<Prepare>;
    Error.stackTraceLimit = stackTraceLimit;
  }
  for (const site of sites) {
    const name = site.getFileName();
    if (!name || name.startsWith("node:")) continue;
    const file = name.startsWith("file:") ? fileURLToPath(name) : name;
    if (!file.startsWith(own)) return file;
  }
  return null;
}
