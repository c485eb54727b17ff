/**
 * Reads for which a program waits. Each is published when it begins, with the answer that it will get if nothing changes meanwhile. A call
 * is kept only if all of its reads are over when it ends, and had these answers.
 */
import type { Pending } from "../../src/trace/event.ts";
import { runOutside, state } from "../../src/trace/frames.ts";
import { CHANGED } from "../../src/trace/trace.ts";
import { ask, later, type Query } from "../replay/dependencies.ts";
import { touch } from "./touch.ts";

/** A read that was published. */
export interface Announced {
  readonly answer: string;
  readonly pending: Pending;
}

/** Publishes a read that begins. @returns null if it cannot be asked again, so that the call is not kept */
export function announce(asked: Query | null, kind: string, name: string): Announced | null {
  let now: ReturnType<typeof ask> = null;
  const pending: Pending = { why: { kind: "ends-early", api: name, writes: false }, isOver: false };
  state.suspended++;
  try {
    now = asked && ask(later(asked));
  } finally {
    state.suspended--;
    const dependency = asked && now && { query: later(asked), ...now, waits: true as const };
    touch(kind, name, dependency ? { kind: "observed", dependency, pending } : undefined);
  }
  return now && { answer: now.answer, pending };
}

/** Ends a read. If the program has got another answer than the announced one, the call is not kept. */
export function settle({ answer, pending }: Announced, told: string): void {
  if (told === answer) pending.isOver = true;
  else pending.why = CHANGED;
}

/**
 * Waits for a promise of Node before the program does. The program gets another promise, which settles a microtask later. This is an async
 * function, so that the stack traces of errors still name the functions that wait.
 * @param arrived is given the value or the error, before the program gets it
 */
export async function afterwards<T>(
  begin: () => unknown,
  arrived: { readonly value: (value: T) => void; readonly error?: (error: unknown) => void },
): Promise<T> {
  let value: T;
  try {
    value = (await runOutside(begin)) as T;
  } catch (error) {
    arrived.error?.(error);
    throw error;
  }
  arrived.value(value);
  return value;
}
