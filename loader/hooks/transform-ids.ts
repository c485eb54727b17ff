/** By what transforms are known: an id is the hash of a module's source and of all else that the transform depends on. */
import { hashTagged } from "../../src/hash.ts";
import type { SourceKind } from "../parse/parse.ts";
import { isTypeScript } from "../parse/typescript.ts";
import type { TransformOptions } from "../transform/transform.ts";
import { MODULES } from "./package-budget.ts";
import type { LoaderSettings } from "./settings.ts";

/** What of a file decides how it is transformed. */
export interface ModuleFile {
  /** Absolute. */
  readonly path: string;
  /** How the file is evaluated; undefined where only the syntax can tell. */
  readonly kind: SourceKind | undefined;
  readonly isPackage: boolean;
}

/** A file with its text, or the bytes of it: the two have different ids. */
export interface ModuleSource extends ModuleFile {
  readonly source: string | Uint8Array;
  readonly id: string;
}

export function moduleFile(path: string, kind: SourceKind | undefined): ModuleFile {
  return { path, kind, isPackage: path.includes(MODULES) };
}

export class TransformIds {
  readonly #maker: string;
  readonly #settings: LoaderSettings;
  /** Tags of the files in which the assumePure list names no function: many files have the same. */
  readonly #tags = new Map<string, string>();

  /** @param maker what makes all transforms */
  constructor(maker: string, settings: LoaderSettings) {
    this.#maker = maker;
    this.#settings = settings;
  }

  optionsOf({ path, kind, isPackage }: ModuleFile): TransformOptions {
    const { sourceMap, assumePure, config } = this.#settings;
    return {
      scope: isPackage ? "package" : "user",
      assumed: assumePure.functions[path] ?? [],
      assumedBuiltins: assumePure.builtins,
      ...(config.replayWrites && { replayWrites: true }),
      ...(config.policy === "measured" && { leavesSlight: true }),
      kind,
      sourceMap,
    };
  }

  /**
   * Everything but the source that a transform depends on: what made it, whether types are stripped, and the options. What is
   * missing here would let a module run with the transform that was made for another one.
   */
  tagOf(file: ModuleFile): string {
    const { path, kind, isPackage } = file;
    const typescript = isTypeScript(path);
    const make = () => JSON.stringify([this.#maker, typescript, this.optionsOf(file)]);
    if (Object.hasOwn(this.#settings.assumePure.functions, path)) return make();
    const same = `${kind} ${isPackage} ${typescript}`;
    const cached = this.#tags.get(same);
    if (cached !== undefined) return cached;
    const tag = make();
    this.#tags.set(same, tag);
    return tag;
  }

  sourceOf(file: ModuleFile, source: string | Uint8Array): ModuleSource {
    return { ...file, source, id: hashTagged(this.tagOf(file), source) };
  }
}
