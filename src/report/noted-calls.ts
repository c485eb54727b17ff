/**
 * What went into the keys of the calls that a run has stored, as it is kept for `dumbo why`. At the end of a program the
 * methods of arrays may be the program's own: none is called here.
 */
import type { LiveSite, NotedCall } from "../call/site.ts";
import type { LoggedCall, LoggedFunction, LoggedUnit } from "../policy/key-log.ts";
import { modulePath } from "./summary.ts";

/** Hexadecimal digits of a part's digest: what differs is told from what is equal, and nothing is found by it. */
const DIGITS = 16;
/** Functions and classes that are named of one call's code. */
const MOST_UNITS = 300;
/** Calls of a run that are kept, of all functions together. */
const MOST_CALLS = 2000;

/** @param root the folder that names of files start from */
export function loggedFunctions(sites: readonly LiveSite[], root: string): LoggedFunction[] {
  let noted = 0;
  for (let i = 0; i < sites.length; i++) if ((sites[i] as LiveSite).notes.length > 0) noted++;
  const most = Math.ceil(MOST_CALLS / (noted || 1));
  const functions: LoggedFunction[] = [];
  for (let i = 0; i < sites.length; i++) {
    const live = sites[i] as LiveSite;
    if (live.notes.length > 0) functions[functions.length] = logged(live, root, most);
  }
  return functions;
}

function logged({ site, module, notes }: LiveSite, root: string, most: number): LoggedFunction {
  const code: Record<string, readonly LoggedUnit[]> = {};
  const places: (readonly string[])[] = [];
  const calls: LoggedCall[] = [];
  for (let i = 0; i < notes.length && i < most; i++) {
    const note = notes[i] as NotedCall;
    const { self, args, state, env } = note.parts;
    const part = shortened(note.parts.code);
    code[part] ??= unitsOf(note, root);
    calls[i] = {
      key: note.key,
      parts: [part, shortened(self), shortened(args), shortened(state), shortened(env)],
      places: numberOf(note.marks.places, places),
      digests: note.marks.digests,
      ...(note.changed !== null && { changed: note.changed }),
    };
  }
  const file = modulePath(module.instance.url, root);
  return { file, name: site.name, line: site.place.line, code, places, calls };
}

function shortened(hash: string): string {
  return hash.slice(0, DIGITS);
}

/** The number of a list of places, which is added if it is new: calls of a kind share one. */
function numberOf(list: readonly string[], all: (readonly string[])[]): number {
  for (let i = 0; i < all.length; i++) if (isSame(all[i] as readonly string[], list)) return i;
  all[all.length] = list;
  return all.length - 1;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function unitsOf({ reach: { units } }: NotedCall, root: string): LoggedUnit[] {
  const logged: LoggedUnit[] = [];
  for (let i = 0; i < units.length && i < MOST_UNITS; i++) {
    const { definition: unit, module } = units[i] as (typeof units)[number];
    const file = modulePath(module.instance.url, root);
    logged[i] = [unit.name, file, unit.place.line, shortened(unit.code), module.instance.id];
  }
  return logged;
}
