/** Finds the function of the program to which a frame of a profile belongs. */
import { fileURLToPath } from "node:url";
import { isOwnName } from "../../src/own-names.ts";
import { profileKey } from "../../src/report/summary.ts";
import { relativeTo } from "../paths.ts";
import type { ProfileNode } from "./cpu-profile.ts";

/** A function of the program: the path of its file from the project's folder, its line from 1 on, its name. */
export interface ProgramFunction {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

export type Frame =
  /** A frame of a function that dumbo knows. `key`: its key in profiles, `file:line name`. */
  | { readonly kind: "function"; readonly key: string }
  /** A frame of other code of the program. */
  | { readonly kind: "program" }
  | { readonly kind: "dumbo" }
  /** A frame of Node, of V8, or of WebAssembly, by which dumbo hashes. It works for its caller. */
  | { readonly kind: "node" };

export class ProgramFunctions {
  readonly #root: string;
  readonly #dumboFolder: string;
  readonly #byPlace = new Map<string, ProgramFunction[]>();

  /** @param dumboFolder the folder of dumbo's own files, with a separator at the end */
  constructor(root: string, dumboFolder: string, known: readonly ProgramFunction[]) {
    this.#root = root;
    this.#dumboFolder = dumboFolder;
    for (const one of known) {
      const place = `${one.file}:${one.line}`;
      this.#byPlace.set(place, [...(this.#byPlace.get(place) ?? []), one]);
    }
  }

  frameOf({ callFrame: { url, lineNumber, functionName } }: ProfileNode): Frame {
    if (url === "" || url.startsWith("node:") || url.startsWith("wasm:")) return { kind: "node" };
    const path = url.startsWith("file:") ? fileURLToPath(url) : url;
    if (isOwnName(path, this.#dumboFolder)) return { kind: "dumbo" };
    const key = this.#keyOf(relativeTo(this.#root, path), lineNumber + 1, functionName);
    return key === null ? { kind: "program" } : { kind: "function", key };
  }

  #keyOf(file: string, line: number, functionName: string): string | null {
    const found = this.#byPlace.get(`${file}:${line}`);
    if (!found) return null;
    const short = functionName.split(/[. ]/).at(-1);
    const one = found.find(({ name }) => name === functionName || name === short || name.endsWith(`.${short}`));
    const only = found.length === 1 ? found[0] : undefined;
    const known = one ?? only;
    return known ? profileKey(file, known.name, line) : null;
  }
}
