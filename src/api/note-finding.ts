/** What a program asks of dumbo, or has dumbo do, tells the recorded calls around it: it depends on, or does, more than any key holds. */
import type { Engine } from "../call/engine.ts";

/** @param what it uses, for readers */
export function noteFinding({ tools, host }: Engine, what: string): void {
  // Whoever vouches for a call is not told: a context may not answer it from outside.
  tools.bookCall(null);
  tools.bookFinding({ kind: "uses-api", api: what }, host.callerFile, null);
}

export function noteQuestion(engine: Engine): void {
  noteFinding(engine, "a question about what dumbo keeps");
}
