/**
 * Modules of Node that take too long to load at every start. Their functions are taken when the program or dumbo first asks for the
 * module, which is before the program can replace any of them (see fs.ts).
 */
import { getBuiltinModule } from "./process.ts";

interface LazyModules {
  readonly child_process: typeof import("node:child_process");
  readonly crypto: typeof import("node:crypto");
  readonly inspector: typeof import("node:inspector");
  readonly os: typeof import("node:os");
  readonly v8: typeof import("node:v8");
  readonly worker_threads: typeof import("node:worker_threads");
}

/** The exports that dumbo uses. No others are read, because an export may be a getter that loads more modules. */
const NAMES: { readonly [Name in keyof LazyModules]: readonly (keyof LazyModules[Name])[] } = {
  child_process: ["ChildProcess"],
  crypto: ["createHash", "createPrivateKey", "createPublicKey", "sign", "verify"],
  inspector: ["Session"],
  os: ["availableParallelism", "endianness", "hostname", "uptime"],
  v8: ["Serializer", "DefaultSerializer", "DefaultDeserializer", "deserialize", "serialize", "setFlagsFromString"],
  worker_threads: ["isMainThread", "MessageChannel", "parentPort", "receiveMessageOnPort", "threadId", "Worker"],
};

const taken = new Map<string, object>();

/** Takes the functions of a module, if it is one of these. To be called before the program gets the module. */
export function takeLazyModule(name: string): void {
  if (!Object.hasOwn(NAMES, name) || taken.has(name)) return;
  const module = getBuiltinModule(name) as unknown as Record<string, unknown>;
  const names: readonly string[] = NAMES[name as keyof LazyModules];
  taken.set(name, Object.fromEntries(names.map((one) => [one, module[one]])));
}

export function lazyModule<Name extends keyof LazyModules>(name: Name): LazyModules[Name] {
  takeLazyModule(name);
  return taken.get(name) as LazyModules[Name];
}
