/**
 * Remembers where functions were made of texts while a call was recorded. V8 takes dumbo's code for that place, and would show it in the
 * stack traces of errors: `at eval (eval at construct (.../dumbo/...), <anonymous>:3:7)`.
 */
import { lazyModule } from "../../src/node/lazy.ts";
import { callSites } from "./caller.ts";

interface MadeAt {
  readonly made: WeakRef<object>;
  readonly origin: string;
}

// Captured before the program can replace it.
const sourceText = Function.prototype.toString;

/** How many functions are remembered. Traces show no place for older ones. */
const MOST_REMEMBERED = 200;
const NOWHERE = "eval at <anonymous>";
/** So many frames on the stack reach from this module to the program's code. */
const INNER_FRAMES = 8;

const remembered: MadeAt[] = [];
let next = 0;

/** Notes where a function is made. The tap of a constructor calls this. */
export function noteOrigin(made: object): void {
  const sites = callSites(INNER_FRAMES);
  const own = sites[0]?.getFileName();
  const site = sites.find((one) => one.getFileName() !== own);
  if (site === undefined) return;
  remembered[next] = { made: new WeakRef(made), origin: originAt(site) };
  next = (next + 1) % MOST_REMEMBERED;
}

/** A place in V8's words. */
function originAt(site: NodeJS.CallSite): string {
  const place = site.isEval()
    ? site.getEvalOrigin()
    : `${site.getFileName()}:${site.getLineNumber()}:${site.getColumnNumber()}`;
  return `eval at ${site.getFunctionName() || "<anonymous>"} (${place})`;
}

/** The words for the place where a script was made, for a stack trace. @param hash V8's hash of the script */
export function originOf(hash: string): string {
  return remembered.find(({ made }) => hashOf(made.deref()) === hash)?.origin ?? NOWHERE;
}

/** V8's hash of the script of a made function; null if the function was collected. */
function hashOf(made: object | undefined): string | null {
  if (made === undefined) return null;
  const { createHash } = lazyModule("crypto");
  return createHash("sha256")
    .update(`(${Reflect.apply(sourceText, made, [])})`)
    .digest("hex");
}
