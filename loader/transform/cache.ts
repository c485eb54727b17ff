/**
 * Keeps transforms on disk, by content, so that a warm start parses nothing and opens no database.
 *
 * `transforms/<2 digits>/<id>.out` is one letter for the outcome (`m`odule, `c`ommonjs, `u`ntouched), the hash of the rest, and the code.
 * `<id>.json` is the manifest, which is read only when a guard is called for the first time. The id is the hash of the source, of what the
 * transform depends on and of dumbo's version; modification times play no part. The transforms that one program needs are copied to its pack
 * (pack.ts), and are read from there. Those of packages that a process of its own has made (loader/prepare) are in packs of the packages
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

/** Digits of the hash of the code, which serves only to notice damage. */
const DIGITS = 16;
const HEADER = 1 + DIGITS;
/** Digits of the hash before a manifest. */
const HASH = 32;
const LETTERS = { m: "module", c: "commonjs" } as const;

export class TransformCache {
  readonly #folder: string;
  readonly #pack: TransformPack;
  /** Of each transform that this run has read or written, by id: the path or URL of the module. */
  readonly #used = new Map<string, string>();
  readonly #packages: PackagePacks | null;

  /**
   * @param program path of the script that runs
   * @param packages the packs of packages, or null where there are none
   */
  constructor(directory: string, program: string, packages: PackagePacks | null = null) {
    this.#folder = join(directory, "transforms");
    this.#pack = new TransformPack(directory, program);
    this.#packages = packages;
  }

  /**
   * Reads a transform. Cost: one hash, and the read of a file if the pack lacks the transform.
   * @param module path or URL of the module, which tells its package
   * @returns undefined if there is none, or it is damaged
   */
  read(id: string, module = ""): Cached | undefined {
    const packed = this.#pack.get(id);
    const found = (packed && parseRecord(packed)) ?? this.#readUnpacked(id, module);
    if (found) this.#used.set(id, module);
    return found;
  }

  /** Whether the program has no pack yet. */
  get isNew(): boolean {
    return this.#pack.isEmpty;
  }

  /** Whether the program's pack lacks anything that {@link pack} would put there. */
  isUnpacked(others: ReadonlyMap<string, string>): boolean {
    return this.#pack.lacks(new Set([...this.#used.keys(), ...others.keys()]));
  }

  /**
   * Writes the pack of the program, with the transforms that this run has read or written, and with others.
   * @param others of each of the others, by id: the path or URL of the module
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
    // The manifest goes first: another process that finds the code must find the manifest, too.
    if (!("untouched" in result)) writeAtomically(this.#path(id, "json"), manifestText(result));
    writeAtomically(this.#path(id, "out"), recordOf(result));
  }

  /**
   * Keeps a transform to be written to the pack of the module's package by {@link flush}. If the module is of no package, writes it as
   * {@link write} does.
   */
  writeToPackage(id: string, module: string, result: Transformed | Untouched): void {
    const name = packageOf(module);
    if (this.#packages === null || name === null) return this.write(id, result);
    this.#used.set(id, module);
    const manifest = Buffer.from("untouched" in result ? "" : manifestText(result));
    this.#packages.add(name, id, { record: recordOf(result), manifest });
  }

  /**
   * Writes what {@link writeToPackage} has kept.
   * @param isForAll whether also for other projects of the user
   * @throws what the file system throws
   */
  flush(isForAll: boolean): void {
    this.#packages?.flush(isForAll);
  }

  /** The manifest of a module that was rewritten, or undefined. @param module path or URL of the module */
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

/** The name of the innermost package that a path or URL leads into, or null. */
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
