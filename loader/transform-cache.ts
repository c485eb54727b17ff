/**
 * Transforms on disk, by content: a warm start parses nothing and opens no database.
 *
 * `transforms/<2 digits>/<id>.out` is one letter for the outcome (`m`odule, `c`ommonjs, `u`ntouched), the hash of the
 * rest, and the code; `<id>.json` is the manifest, read only when a guard is asked for the first time. The id is the
 * hash of the source, of what the transform depends on and of dumbo's version; modification times play no part.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../src/atomic.ts";
import { hash128, hashText } from "../src/hash.ts";
import type { Manifest } from "../src/manifest.ts";
import type { SourceKind } from "./parse.ts";
import type { Transformed, Untouched } from "./transform.ts";

export type Cached = { readonly code: Buffer; readonly kind: SourceKind } | Untouched;

const HEADER = 33;
const LETTERS = { m: "module", c: "commonjs" } as const;

export class TransformCache {
  readonly #folder: string;

  constructor(directory: string) {
    this.#folder = join(directory, "transforms");
  }

  /** Undefined when there is none, or when it is damaged. Cost: one file read and one hash. */
  read(id: string): Cached | undefined {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.#path(id, "out"));
    } catch {
      return undefined;
    }
    const code = bytes.subarray(HEADER);
    if (bytes.length < HEADER || bytes.toString("latin1", 1, HEADER) !== hash128(code)) return undefined;
    const letter = String.fromCharCode(bytes[0] as number);
    if (letter === "u") return { untouched: code.toString("utf8") };
    return { code, kind: LETTERS[letter as "m" | "c"] };
  }

  write(id: string, result: Transformed | Untouched): void {
    const untouched = "untouched" in result;
    const letter = untouched ? "u" : result.kind === "module" ? "m" : "c";
    const code = Buffer.from(untouched ? result.untouched : result.code);
    // The manifest first: whoever finds the code must find it.
    if (!untouched) {
      const manifest = JSON.stringify(result.manifest);
      writeAtomically(this.#path(id, "json"), hashText(manifest) + manifest);
    }
    writeAtomically(this.#path(id, "out"), Buffer.concat([Buffer.from(letter + hash128(code), "latin1"), code]));
  }

  /** The manifest of a module that was rewritten, or undefined. */
  readManifest(id: string): Manifest | undefined {
    try {
      const text = readFileSync(this.#path(id, "json"), "utf8");
      const json = text.slice(HEADER - 1);
      return text.startsWith(hashText(json)) ? (JSON.parse(json) as Manifest) : undefined;
    } catch {
      return undefined;
    }
  }

  #path(id: string, extension: string): string {
    return join(this.#folder, id.slice(0, 2), `${id}.${extension}`);
  }
}
