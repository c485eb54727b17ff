/**
 * Modules of Node's that take too long to load at every start. Their functions are taken when the program, or dumbo, first asks
 * for the module (see fs.ts).
 */
import { getBuiltinModule } from "./process.ts";

interface Late {
  readonly child_process: typeof import("node:child_process");
  readonly crypto: typeof import("node:crypto");
  readonly inspector: typeof import("node:inspector");
  readonly os: typeof import("node:os");
  readonly v8: typeof import("node:v8");
  readonly worker_threads: typeof import("node:worker_threads");
}

/** The exports that dumbo uses. Looking at others could load more modules. */
const NAMES: { readonly [Name in keyof Late]: readonly (keyof Late[Name])[] } = {
  child_process: ["ChildProcess"],
  crypto: ["createHash", "createPrivateKey", "createPublicKey", "sign", "verify"],
  inspector: ["Session"],
  os: ["availableParallelism", "endianness", "hostname", "uptime"],
  v8: ["Serializer", "DefaultSerializer", "DefaultDeserializer", "deserialize", "serialize", "setFlagsFromString"],
  worker_threads: ["isMainThread", "MessageChannel", "parentPort", "receiveMessageOnPort", "threadId", "Worker"],
};

const taken = new Map<string, object>();

/** Takes a module, if it is one of these, before the program can change it. */
export function takeLate(name: string): void {
  if (!Object.hasOwn(NAMES, name) || taken.has(name)) return;
  const module = getBuiltinModule(name) as unknown as Record<string, unknown>;
  const names: readonly string[] = NAMES[name as keyof Late];
  taken.set(name, Object.fromEntries(names.map((one) => [one, module[one]])));
}

export function late<Name extends keyof Late>(name: Name): Late[Name] {
  takeLate(name);
  return taken.get(name) as Late[Name];
}
