/**
 * Where functions were made of texts while a call was recorded. V8 takes dumbo's own code for that place, and says so in the stack traces
 * of what they throw: `at eval (eval at construct (.../dumbo/...), <anonymous>:3:7)`.
 */
import { lazyModule } from "../../src/node/lazy.ts";
import { callSites } from "./caller.ts";

interface MadeAt {
  readonly made: WeakRef<object>;
  readonly origin: string;
}

// Captured before the program can replace it.
const sourceText = Function.prototype.toString;

/** So many are remembered; of others, no place is told. */
const MOST = 200;
const NOWHERE = "eval at <anonymous>";
/** Frames of dumbo's between the place and this module. */
const INNER = 8;

const remembered: MadeAt[] = [];
let next = 0;

/** To be called by what dumbo puts in the place of a constructor. */
export function noteOrigin(made: object): void {
  const sites = callSites(INNER);
  const own = sites[0]?.getFileName();
  const site = sites.find((one) => one.getFileName() !== own);
  if (site === undefined) return;
  remembered[next] = { made: new WeakRef(made), origin: originAt(site) };
  next = (next + 1) % MOST;
}

/** As V8 writes it. */
function originAt(site: NodeJS.CallSite): string {
  const place = site.isEval()
    ? site.getEvalOrigin()
    : `${site.getFileName()}:${site.getLineNumber()}:${site.getColumnNumber()}`;
  return `eval at ${site.getFunctionName() || "<anonymous>"} (${place})`;
}

/** What stands in a trace for the place where a script was made. @param hash V8's hash of the script */
export function originOf(hash: string): string {
  return remembered.find(({ made }) => hashOf(made.deref()) === hash)?.origin ?? NOWHERE;
}

/** V8's hash of the script that a function was made as; null for one that is gone. */
function hashOf(made: object | undefined): string | null {
  if (made === undefined) return null;
  const { createHash } = lazyModule("crypto");
  return createHash("sha256")
    .update(`(${Reflect.apply(sourceText, made, [])})`)
    .digest("hex");
}
