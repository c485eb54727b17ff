/**
 * Rewrites CommonJS when Node compiles it, where no hook is asked for its source: after `module.register`, Node reads imported CommonJS only
 * then; and what others put into `Module._extensions`, as tsx does for TypeScript, compiles what it has made of a file. (With a source from the
 * hook, the module would get a `require` without `cache`.) Node's `_compile` is patched only while a file is awaited, or once others compile.
 */

import { getBuiltinModule } from "../../audit/builtins/originals.ts";
import type { Apart } from "../../audit/unaudited.ts";
import type { Loader } from "./load.ts";
import { moduleFile } from "./transform-ids.ts";

interface Compiles {
  _compile: (this: object, content: string, filename: string, ...rest: unknown[]) => unknown;
}

export class CompileHook {
  readonly #loader: Loader;
  readonly #apart: Apart;
  readonly #awaited = new Set<string>();
  /** What the hook has handed over for files, until it is compiled. */
  readonly #handedOver = new Map<string, string>();
  readonly #prototype = (getBuiltinModule("node:module") as unknown as { prototype: Compiles }).prototype;
  readonly #original = this.#prototype._compile;
  readonly #patched: Compiles["_compile"];
  #doOthersCompile = false;

  constructor(loader: Loader, apart: Apart) {
    this.#loader = loader;
    this.#apart = apart;
    const take = (content: string, filename: string) => this.#take(content, filename);
    const original = this.#original;
    // With Node's name and parameters: patches of others look at both.
    this.#patched = function _compile(content, filename, ...rest) {
      return original.call(this, take(content, filename), filename, ...rest);
    };
  }

  /** The file comes without its source. */
  await(path: string): void {
    this.#awaited.add(path);
    this.#patch();
  }

  /** Others compile files that no hook is asked for. */
  othersCompile(): void {
    this.#doOthersCompile = true;
    this.#patch();
  }

  /** The hook hands over a source for the file, which is compiled as it is, unless others compile what they have made of the file. */
  handsOver(path: string, code: { toString(): string }): void {
    if (this.#doOthersCompile) this.#handedOver.set(path, code.toString());
  }

  #patch(): void {
    if (this.#prototype._compile === this.#original) this.#prototype._compile = this.#patched;
  }

  /** What is to be compiled in place of a text. */
  #take(content: string, filename: string): string {
    const isAwaited = this.#awaited.delete(filename);
    const isLast = this.#awaited.size === 0 && !this.#doOthersCompile;
    if (isLast && this.#prototype._compile === this.#patched) this.#prototype._compile = this.#original;
    if (!isAwaited && !this.#doOthersCompile) return content;
    const handedOver = this.#handedOver.get(filename);
    this.#handedOver.delete(filename);
    if (content === handedOver) return content;
    const loaded = this.#apart(() => this.#loader.load(moduleFile(filename, "commonjs", false), content), null);
    return loaded?.code.toString() ?? content;
  }
}
