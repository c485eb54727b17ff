/**
 * Reads that a program waits for: they are published when they begin, with the answer that they get if nothing changes
 * until then, and have to be over when the call ends; whoever records it looks again at its end.
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

/** Publishes a read that begins; null where it cannot be asked again, which forbids. */
export function announce(asked: Query | null, kind: string, name: string): Announced | null {
  let now: ReturnType<typeof ask> = null;
  const pending = { why: `ends before ${name} has answered`, isOver: false };
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

/** Notes what the program was told: a read is over if that is what was announced. */
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
