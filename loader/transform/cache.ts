/**
 * Transforms on disk, by content: a warm start parses nothing and opens no database.
 *
 * `transforms/<2 digits>/<id>.out` is one letter for the outcome (`m`odule, `c`ommonjs, `u`ntouched), the hash of the
 * rest, and the code; `<id>.json` is the manifest, read only when a guard is asked for the first time. The id is the
 * hash of the source, of what the transform depends on and of dumbo's version; modification times play no part. What
 * one program needs is read from its pack (pack.ts). What was analysed of packages in a process of its own is in their packs
 * (package-packs.ts).
 */
import { readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { writeAtomically } from "../../src/atomic-write.ts";
import type { Manifest } from "../../src/code/manifest.ts";
import { packageOfModule } from "../../src/config/project.ts";
import { hash64, hashText } from "../../src/hash.ts";
import type { SourceKind } from "../parse/parse.ts";
import { TransformPack } from "./pack.ts";
import type { PackagePacks } from "./package-packs.ts";
import type { Transformed, Untouched } from "./transform.ts";

export type Cached = { readonly code: Buffer; readonly kind: SourceKind } | Untouched;

/** Digits of the hash of the code: it is there to notice damage, not to tell contents apart. */
const DIGITS = 16;
const HEADER = 1 + DIGITS;
/** Digits of the hash in front of a manifest. */
const HASH = 32;
const LETTERS = { m: "module", c: "commonjs" } as const;

export class TransformCache {
  readonly #folder: string;
  readonly #pack: TransformPack;
  /** By id, the path or URL of the module. */
  readonly #used = new Map<string, string>();
  readonly #packages: PackagePacks | null;

  /**
   * @param program path of the script that runs
   * @param packages what is known of packages
   */
  constructor(directory: string, program: string, packages: PackagePacks | null = null) {
    this.#folder = join(directory, "transforms");
    this.#pack = new TransformPack(directory, program);
    this.#packages = packages;
  }

  /**
   * Undefined when there is none, or when it is damaged. Cost: one hash, and a file read where the pack lacks it.
   * @param module its path or URL, which tells the package that it is of
   */
  read(id: string, module = ""): Cached | undefined {
    const packed = this.#pack.get(id);
    const found = (packed && parseRecord(packed)) ?? this.#readUnpacked(id, module);
    if (found) this.#used.set(id, module);
    return found;
  }

  /** Whether nothing is known of the program yet. */
  get isNew(): boolean {
    return this.#pack.isEmpty;
  }

  /** Whether the program's pack lacks anything that {@link pack} would put there. */
  isUnpacked(others: ReadonlyMap<string, string>): boolean {
    return this.#pack.lacks(new Set([...this.#used.keys(), ...others.keys()]));
  }

  /**
   * Packs what this program has read or written, and what else it is known to use.
   * @param others by id, the path or URL of the module
   * @throws what the file system throws
   */
  pack(others: ReadonlyMap<string, string>): void {
    const modules = new Map([...others, ...this.#used]);
    this.#pack.update(new Set(modules.keys()), (id) => this.#bytes(id, modules.get(id) ?? ""));
  }

  #readUnpacked(id: string, module: string): Cached | undefined {
    const ofPackage = this.#ofPackage(id, module, "record");
    const found = ofPackage && parseRecord(ofPackage);
    if (found) return found;
    const bytes = this.#ownBytes(id);
    return bytes && parseRecord(bytes);
  }

  #bytes(id: string, module: string): Buffer | undefined {
    return this.#ofPackage(id, module, "record") ?? this.#ownBytes(id);
  }

  #ofPackage(id: string, module: string, what: "record" | "manifest"): Buffer | undefined {
    const name = this.#packages === null ? null : packageOf(module);
    return name === null ? undefined : this.#packages?.[what](name, id);
  }

  #ownBytes(id: string): Buffer | undefined {
    try {
      return readFileSync(this.#path(id, "out"));
    } catch {
      return undefined;
    }
  }

  write(id: string, result: Transformed | Untouched): void {
    this.#used.set(id, "");
    // The manifest first: another process that finds the code must find the manifest, too.
    if (!("untouched" in result)) writeAtomically(this.#path(id, "json"), manifestText(result));
    writeAtomically(this.#path(id, "out"), recordOf(result));
  }

  /**
   * Keeps the transform of a package's file with those of the package's other files, when {@link flush} is called; with its own
   * ones where the module is of no package.
   */
  writeToPackage(id: string, module: string, result: Transformed | Untouched): void {
    const name = packageOf(module);
    if (this.#packages === null || name === null) return this.write(id, result);
    this.#used.set(id, module);
    const manifest = Buffer.from("untouched" in result ? "" : manifestText(result));
    this.#packages.add(name, id, { record: recordOf(result), manifest });
  }

  /**
   * @param isForAll whether other projects get it, too
   * @throws what the file system throws
   */
  flush(isForAll: boolean): void {
    this.#packages?.flush(isForAll);
  }

  /** The manifest of a module that was rewritten, or undefined. @param module its path or URL */
  readManifest(id: string, module = ""): Manifest | undefined {
    try {
      const ofPackage = this.#ofPackage(id, module, "manifest");
      return (ofPackage && parseManifest(ofPackage)) ?? parseManifest(readFileSync(this.#path(id, "json")));
    } catch {
      return undefined;
    }
  }

  #path(id: string, extension: string): string {
    return join(this.#folder, id.slice(0, 2), `${id}.${extension}`);
  }
}

/** Of the innermost package that a path or URL leads into. */
function packageOf(module: string): string | null {
  return packageOfModule(sep === "/" ? module : module.replaceAll(sep, "/"));
}

function recordOf(result: Transformed | Untouched): Buffer {
  const untouched = "untouched" in result;
  const letter = untouched ? "u" : result.kind === "module" ? "m" : "c";
  const code = Buffer.from(untouched ? JSON.stringify(result.untouched) : result.code);
  return Buffer.concat([Buffer.from(letter + hash64(code), "latin1"), code]);
}

function manifestText({ manifest }: Transformed): string {
  const json = JSON.stringify(manifest);
  return hashText(json) + json;
}

function parseManifest(bytes: Buffer): Manifest | undefined {
  const text = bytes.toString("utf8");
  const json = text.slice(HASH);
  return json !== "" && text.startsWith(hashText(json)) ? (JSON.parse(json) as Manifest) : undefined;
}

function parseRecord(bytes: Buffer): Cached | undefined {
  const code = bytes.subarray(HEADER);
  if (bytes.length < HEADER || bytes.toString("latin1", 1, HEADER) !== hash64(code)) return undefined;
  const letter = String.fromCharCode(bytes[0] as number);
  if (letter === "u") return { untouched: JSON.parse(code.toString("utf8")) as Untouched["untouched"] };
  return { code, kind: LETTERS[letter as "m" | "c"] };
}
