/**
 * Modules of Node's that are too dear for every start, as they are when the program first asks for them, or dumbo, if it is
 * the first (see fs.ts).
 */
import { getBuiltinModule } from "./process.ts";

interface Late {
  readonly inspector: typeof import("node:inspector");
  readonly os: typeof import("node:os");
  readonly v8: typeof import("node:v8");
  readonly worker_threads: typeof import("node:worker_threads");
}

const NAMES: readonly string[] = ["inspector", "os", "v8", "worker_threads"] satisfies (keyof Late)[];

const taken = new Map<string, object>();

/** Takes a module, if it is one of these, before the program can change it. */
export function takeLate(name: string): void {
  if (NAMES.includes(name) && !taken.has(name)) taken.set(name, { ...getBuiltinModule(name) });
}

export function late<Name extends keyof Late>(name: Name): Late[Name] {
  takeLate(name);
  return taken.get(name) as Late[Name];
}
