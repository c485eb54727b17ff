/** Tells the recorded calls around the running code that it depends on more than any key holds: they are not kept. */
import type { Engine } from "../call/engine.ts";

/** @param what it uses, for readers */
export function noteFinding({ tools, host }: Engine, what: string): void {
  // Calls that are assumed pure take no finding, and are kept. An unknown call in them keeps contexts from being answered with them.
  tools.bookCall(null);
  tools.bookFinding({ kind: "uses-api", api: what }, host.callerFile, null);
}

export function noteQuestion(engine: Engine): void {
  noteFinding(engine, "a question about what dumbo keeps");
}
