/**
 * By what transforms are known: an id is the hash of a module's source and of all else that the transform depends on, and of what
 * earlier runs have seen of it.
 */
import { hashTagged, hashText } from "../../src/hash.ts";
import { type SeenAgain, united } from "../../src/policy/repeated-runs.ts";
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
  /** Whether types have to be taken out of the text. */
  readonly hasTypes: boolean;
}

/** A file with its text, or the bytes of it: the two have different ids. */
export interface ModuleSource extends ModuleFile {
  readonly source: string | Uint8Array;
  /** The id of what Node hands over: of the transform that is made as long as no run has seen anything of it. */
  readonly content: string;
  readonly id: string;
}

export function moduleFile(path: string, kind: SourceKind | undefined, hasTypes = isTypeScript(path)): ModuleFile {
  return { path, kind, isPackage: path.includes(MODULES), hasTypes };
}

export class TransformIds {
  readonly #maker: string;
  readonly #settings: LoaderSettings;
  /** Tags of the files in which the assumePure list names no function: many files have the same. */
  readonly #tags = new Map<string, string>();
  /** Functions that do not run once with their module, by the id of the module's content. */
  readonly #repeated: Map<string, readonly number[]>;

  /** @param maker what makes all transforms */
  constructor(maker: string, settings: LoaderSettings) {
    this.#maker = maker;
    this.#settings = settings;
    this.#repeated = new Map(Object.entries(settings.repeated));
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
    const { path, kind, isPackage, hasTypes } = file;
    const make = () => JSON.stringify([this.#maker, hasTypes, this.optionsOf(file)]);
    if (Object.hasOwn(this.#settings.assumePure.functions, path)) return make();
    const same = `${kind} ${isPackage} ${hasTypes}`;
    const cached = this.#tags.get(same);
    if (cached !== undefined) return cached;
    const tag = make();
    this.#tags.set(same, tag);
    return tag;
  }

  sourceOf(file: ModuleFile, source: string | Uint8Array): ModuleSource {
    const content = hashTagged(this.tagOf(file), source);
    return { ...file, source, content, id: this.idOf(content) };
  }

  /** How a module is transformed now. What a run has seen of it is no part of its tag: that is known by its content. */
  optionsOfSource(module: ModuleSource): TransformOptions {
    const repeated = this.#repeated.get(module.content);
    return { ...this.optionsOf(module), ...(repeated && { repeated }) };
  }

  /** The id of the transform of a content. One that was made before a function of it was seen to run again has another id. */
  idOf(content: string): string {
    const starts = this.#repeated.get(content);
    return starts === undefined ? content : hashText(`${content} ${starts.join()}`);
  }

  /** The id of the content that a transform was made of. */
  contentOf(id: string): string {
    for (const content of this.#repeated.keys()) if (this.idOf(content) === id) return content;
    return id;
  }

  /** Takes what a run has seen to run again into account from now on. */
  noteRepeated({ content, starts }: SeenAgain): void {
    this.#repeated.set(content, united(this.#repeated.get(content) ?? [], starts));
  }
}
