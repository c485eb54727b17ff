/** Small CommonJS modules that ran with their prologues, as the registry and the reach see them. */

import assert from "node:assert/strict";
import vm from "node:vm";
import { pureBuiltinName } from "../../audit/builtins/natives.ts";
import { transform } from "../../loader/transform/transform.ts";
import { Snapshot } from "../../src/change/snapshot.ts";
import { beginKey } from "../../src/code/captured-scope.ts";
import { findReach } from "../../src/code/find-reach.ts";
import { LiveModule, type LiveUnit } from "../../src/code/live-module.ts";
import type { Manifest, ModuleInstance } from "../../src/code/manifest.ts";
import type { Reach } from "../../src/code/reach.ts";
import { Registry } from "../../src/code/registry.ts";
import { hash128 } from "../../src/hash.ts";
import { type Key, makeKey } from "../../src/key/key.ts";
import { KeyWriter } from "../../src/key/key-writer.ts";
import { ReachCache } from "../../src/key/reach-cache.ts";
import { ValueWalk } from "../../src/key/value-walk.ts";
import { describe } from "../../src/reason/describe.ts";
import { Unkeyable } from "../../src/value/unkeyable.ts";
import { plainContext } from "./reach-context.ts";

const RUNTIME = Symbol.for("dumbo");
const NAMES = ["exports", "require", "module", "__filename", "__dirname"];

/** A module's text as a function. */
type Wrapped = (exports: object, require: (from: string) => unknown, module: object, file: string, dir: string) => void;

export class Program {
  readonly registry = new Registry();
  readonly modules: Record<string, LiveModule> = {};
  readonly exports: Record<string, Record<string, unknown>> = {};
  /** How many manifests were read. */
  manifests = 0;
  /** Functions of the language that have got another name, as those of Node that are changed. */
  readonly renamed = new Map<object, string>();
  readonly #context = plainContext((fn, hint) => {
    const name = this.renamed.get(fn) ?? pureBuiltinName(fn);
    return name === null ? this.registry.identify(fn, hint) : { kind: "built-in", name };
  });
  readonly #reachCache = this.newReachCache();

  /** Loads modules in this order; `require("./name")` finds those before. */
  constructor(sources: Record<string, string>) {
    for (const [name, source] of Object.entries(sources)) this.load(name, source);
  }

  load(name: string, source: string): void {
    const { code, run } = this.#rewritten(name, source);
    run(vm.compileFunction(code, NAMES, { filename: `/${name}.js` }) as Wrapped);
  }

  /** Loads a module whose text is put into a wrapper, as where a program has changed `Module.wrapper`. */
  loadWrapped(name: string, source: string): void {
    const { code, run } = this.#rewritten(name, source);
    const wrapped = `(function (${NAMES.join(", ")}) { /* ours */ ${code}\n})`;
    run(vm.runInThisContext(wrapped, { filename: `/${name}.js` }) as Wrapped);
  }

  /** What loads a module, the same script each time. */
  scriptOf(name: string, source: string): () => void {
    const { code, run } = this.#rewritten(name, source);
    const script = new vm.Script(`(function (${NAMES.join(", ")}) {${code}\n})`, { filename: `/${name}.js` });
    return () => run(script.runInThisContext() as Wrapped);
  }

  #rewritten(name: string, source: string): { code: string; run: (wrapped: Wrapped) => void } {
    const options = { scope: "user", assumed: [], assumedBuiltins: [], kind: "commonjs", sourceMap: false } as const;
    const made = transform(source, name, options);
    const code = "code" in made ? made.code : source;
    // As it comes from the cache of transforms.
    const manifest = "manifest" in made ? (JSON.parse(JSON.stringify(made.manifest)) as Manifest) : undefined;
    return { code, run: (wrapped) => this.#run(name, manifest, wrapped) };
  }

  #run(name: string, manifest: Manifest | undefined, wrapped: Wrapped): void {
    const world = globalThis as unknown as Record<PropertyKey, unknown>;
    world[RUNTIME] = (id: string, url: string, _guards: number[], get: never, set: never, assign: never) => {
      const instance: ModuleInstance = { id, url, get, set, assign };
      this.modules[name] = new LiveModule(instance, () => {
        this.manifests++;
        return manifest;
      });
      this.registry.register(this.modules[name]);
      return { box: { value: undefined } };
    };
    const module = { exports: {} as Record<string, unknown> };
    this.exports[name] = module.exports;
    const required = (from: string) => this.exports[from.slice(2)];
    try {
      wrapped.call(module.exports, module.exports, required, module, `/${name}.js`, "/");
    } finally {
      delete world[RUNTIME];
      this.exports[name] = module.exports;
    }
  }

  /** What a module exports, as the test knows it. */
  exported<T>(module: string): T {
    return this.exports[module] as T;
  }

  unit(module: string, name: string): LiveUnit {
    const live = this.modules[module] as LiveModule;
    const index = (live.manifest as Manifest).units.findIndex((unit) => unit.name === name);
    assert.ok(index >= 0, `no unit ${name}`);
    return live.unit(index);
  }

  /** What a value is taken for, as `module:unit`. */
  identify(value: unknown): string | null {
    const identity = this.registry.identify(value as object);
    if (identity.kind !== "unit") return null;
    const { unit } = identity;
    return `${Object.keys(this.modules).find((name) => this.modules[name] === unit.module)}:${unit.definition.name}`;
  }

  /** What kind of identity a value has, and why it is unknown. */
  kindOf(value: object): string {
    const identity = this.registry.identify(value);
    return identity.kind === "unknown" ? `unknown: ${identity.why.kind}` : identity.kind;
  }

  reach(module: string, name: string): Reach {
    return findReach(this.unit(module, name), this.#context);
  }

  /** The code and the state of a function, as one text; or why there is none. */
  key(module: string, name: string): string {
    return this.#written((walk) => {
      const reach = this.#reachCache.reach(this.unit(module, name));
      if (reach.refusal) throw new Unkeyable(reach.refusal.reason);
      walk.out.text(reach.code);
      this.#reachCache.functions.writeState(reach, walk);
    });
  }

  /** The walk of the key of a call, as results see it. */
  walk(module: string, name: string, ...args: unknown[]): ValueWalk {
    const walk = new ValueWalk(new KeyWriter(), this.#reachCache.functions, false, 1e6);
    for (const arg of args) walk.write(arg);
    this.#reachCache.functions.writeState(this.#reachCache.reach(this.unit(module, name)), walk);
    return walk;
  }

  /** Milliseconds that the state of a function takes at least, by what was abandoned. */
  leastTime(module: string, name: string): number {
    return this.#reachCache.functions.times.least(this.#reachCache.reach(this.unit(module, name)));
  }

  /** A reachCache that knows of no state yet. */
  newReachCache(): ReachCache {
    return new ReachCache(this.registry, this.#context);
  }

  /** The key of a call. @throws Unkeyable */
  call(module: string, name: string, args: readonly unknown[] = [], reachCache = this.#reachCache): Key {
    beginKey();
    const reach = reachCache.reach(this.unit(module, name));
    if (reach.refusal) throw new Unkeyable(reach.refusal.reason);
    return makeKey({ name, reach, self: undefined, args, levels: undefined }, reachCache, 1e7);
  }

  /** What can change of a key, as it is before the body of a call runs. */
  snapshot(module: string, name: string, { walk, state }: Key): Snapshot {
    const reach = this.#reachCache.reach(this.unit(module, name));
    return new Snapshot(walk, state === null ? null : this.#reachCache.settled.settle(reach, state));
  }

  /** How often the state of a reach was taken over, was found changed, and was settled. */
  get counts(): Readonly<Record<"used" | "changed" | "settled", number>> {
    return { ...this.#reachCache.settled.counts };
  }

  /** The key of a value, or why there is none. */
  keyOf(value: unknown): string {
    return this.#written((walk) => walk.write(value));
  }

  #written(write: (walk: ValueWalk) => void): string {
    const writer = new KeyWriter();
    try {
      write(new ValueWalk(writer, this.#reachCache.functions, false, 1e6));
    } catch (error) {
      if (error instanceof Unkeyable) return `refused: ${describe(error.reason)}`;
      throw error;
    }
    return hash128(writer.since(0));
  }
}
