/**
 * Reads that a program waits for. They are published when they begin, with the answer that they will get if nothing changes
 * meanwhile. The call is only kept if all of them are over when it ends, and the answers are still the same then.
 */
import type { Pending } from "../../src/trace/event.ts";
import { runOutside, state } from "../../src/trace/frames.ts";
import { CHANGED } from "../../src/trace/trace.ts";
import { ask, later, type Query } from "../replay/dependencies.ts";
import { touch } from "./touch.ts";

/** What was published of a read. */
export interface Announced {
  readonly answer: string;
  readonly pending: Pending;
}

/** Publishes a read that begins. Null where it cannot be asked again: then the call is not kept. */
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

/** Ends a read if the program has got the announced answer; else the call is not kept. */
export function settle({ answer, pending }: Announced, told: string): void {
  if (told === answer) pending.isOver = true;
  else pending.why = CHANGED;
}

/**
 * Waits for a promise of Node's in the program's place, which gets one that settles a turn later. By an async function, so
 * that errors go on to name those who wait for it.
 * @param arrived gets what it settles with, before the program does
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
