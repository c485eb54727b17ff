/**
 * Transforms on disk, by content: a warm start parses nothing and opens no database.
 *
 * `transforms/<2 digits>/<id>.out` is one letter for the outcome (`m`odule, `c`ommonjs, `u`ntouched), the hash of the
 * rest, and the code; `<id>.json` is the manifest, read only when a guard is asked for the first time. The id is the
 * hash of the source, of what the transform depends on and of dumbo's version; modification times play no part. What
 * one program needs is read from its pack (pack.ts).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../src/atomic-write.ts";
import type { Manifest } from "../../src/code/manifest.ts";
import { hash64, hashText } from "../../src/hash.ts";
import type { SourceKind } from "../parse/parse.ts";
import { TransformPack } from "./pack.ts";
import type { Transformed, Untouched } from "./transform.ts";

export type Cached = { readonly code: Buffer; readonly kind: SourceKind } | Untouched;

/** Digits of the hash of the code: it is there to notice damage, not to tell contents apart. */
const DIGITS = 16;
const HEADER = 1 + DIGITS;
const LETTERS = { m: "module", c: "commonjs" } as const;

export class TransformCache {
  readonly #folder: string;
  readonly #pack: TransformPack;
  readonly #used = new Set<string>();

  /** @param program path of the script that runs */
  constructor(directory: string, program: string) {
    this.#folder = join(directory, "transforms");
    this.#pack = new TransformPack(directory, program);
  }

  /** Undefined when there is none, or when it is damaged. Cost: one hash, and a file read where the pack lacks it. */
  read(id: string): Cached | undefined {
    const packed = this.#pack.get(id);
    const found = (packed && parseRecord(packed)) ?? this.#readFile(id);
    if (found) this.#used.add(id);
    return found;
  }

  /** Whether nothing is known of the program yet. */
  get isNew(): boolean {
    return this.#pack.isEmpty;
  }

  /** Whether the program's pack lacks anything that {@link pack} would put there. */
  isUnpacked(others: readonly string[]): boolean {
    return this.#pack.lacks(new Set([...this.#used, ...others]));
  }

  /**
   * Packs what this program has read or written, and what else it is known to use.
   * @throws what the file system throws
   */
  pack(others: readonly string[]): void {
    this.#pack.update(new Set([...this.#used, ...others]), (id) => this.#bytes(id));
  }

  #readFile(id: string): Cached | undefined {
    const bytes = this.#bytes(id);
    return bytes && parseRecord(bytes);
  }

  #bytes(id: string): Buffer | undefined {
    try {
      return readFileSync(this.#path(id, "out"));
    } catch {
      return undefined;
    }
  }

  write(id: string, result: Transformed | Untouched): void {
    this.#used.add(id);
    const untouched = "untouched" in result;
    const letter = untouched ? "u" : result.kind === "module" ? "m" : "c";
    const code = Buffer.from(untouched ? JSON.stringify(result.untouched) : result.code);
    // The manifest first: another process that finds the code must find the manifest, too.
    if (!untouched) {
      const manifest = JSON.stringify(result.manifest);
      writeAtomically(this.#path(id, "json"), hashText(manifest) + manifest);
    }
    writeAtomically(this.#path(id, "out"), Buffer.concat([Buffer.from(letter + hash64(code), "latin1"), code]));
  }

  /** The manifest of a module that was rewritten, or undefined. */
  readManifest(id: string): Manifest | undefined {
    try {
      const text = readFileSync(this.#path(id, "json"), "utf8");
      const json = text.slice(32);
      return text.startsWith(hashText(json)) ? (JSON.parse(json) as Manifest) : undefined;
    } catch {
      return undefined;
    }
  }

  #path(id: string, extension: string): string {
    return join(this.#folder, id.slice(0, 2), `${id}.${extension}`);
  }
}

function parseRecord(bytes: Buffer): Cached | undefined {
  const code = bytes.subarray(HEADER);
  if (bytes.length < HEADER || bytes.toString("latin1", 1, HEADER) !== hash64(code)) return undefined;
  const letter = String.fromCharCode(bytes[0] as number);
  if (letter === "u") return { untouched: JSON.parse(code.toString("utf8")) as Untouched["untouched"] };
  return { code, kind: LETTERS[letter as "m" | "c"] };
}
