/**
 * One hash of the content of an installed package and of the packages that it depends on: it stands for the code of functions on the assumePure
 * list. Version numbers do not count, because people patch node_modules.
 *
 * In each run, files are listed and asked for by `stat`. Their content is read again only if a size, inode, mtime or ctime differs from the
 * last time, or if a file was changed so shortly before it was hashed that a later change could have left the same times.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { writeAtomically } from "../atomic-write.ts";
import { hashText } from "../hash.ts";

/** Nanoseconds: a file that was changed less than this before it was hashed may change again without its times showing it. */
const RACY_NS = 2_000_000_000n;
/** Files that do not change what a program does. */
const PROSE = /\.(md|markdown|map)$|(^|[/\\])LICEN[CS]E(\.txt)?$/i;

export class PackageDigests {
  readonly #directory: string;
  readonly #readOnly: boolean;
  readonly #digests = new Map<string, string>();

  /**
   * @param directory the cache directory, where hashes are kept
   * @param readOnly whether nothing may be written there
   */
  constructor(directory: string, readOnly = false) {
    this.#directory = join(directory, "packages");
    this.#readOnly = readOnly;
  }

  /**
   * The digest of a package and its dependencies. Cost: one stat a file, about 3 us each; a first time reads them all.
   * @param folder of the package
   * @throws what the file system throws
   */
  digest(folder: string): string {
    const known = this.#digests.get(folder);
    if (known !== undefined) return known;
    const folders = withDependencies(realpathSync(folder));
    const digest = hashText(folders.map((one) => this.#content(one)).join("\n"));
    this.#digests.set(folder, digest);
    return digest;
  }

  #content(folder: string): string {
    const stats: string[] = [];
    let newest = 0n;
    const files = listFiles(folder, "", new Set([folder]));
    for (const file of files) {
      const { size, ino, mtimeNs, ctimeNs } = statSync(folder + sep + file, { bigint: true });
      stats.push(`${file} ${size} ${ino} ${mtimeNs} ${ctimeNs}`);
      if (ctimeNs > newest) newest = ctimeNs;
      if (mtimeNs > newest) newest = mtimeNs;
    }
    const look = hashText(stats.join("\n"));
    const place = join(this.#directory, hashText(folder));
    const [knownLook, knownContent] = read(place);
    if (knownLook === look && knownContent) return knownContent;
    const now = BigInt(Date.now()) * 1_000_000n;
    const content = hashText(
      files.map((file) => `${file} ${hashText(readFileSync(join(folder, file), "latin1"))}`).join("\n"),
    );
    if (now - newest > RACY_NS && !this.#readOnly) keep(place, `${look} ${content}`);
    return content;
  }
}

function read(place: string): string[] {
  try {
    return readFileSync(place, "utf8").split(" ");
  } catch {
    return [];
  }
}

/** If this cannot be written, the package is read again in the next run. */
function keep(place: string, text: string): void {
  try {
    writeAtomically(place, text);
  } catch {}
}

/** @param above the real folders that the path goes through: links to one of them are not followed, which would never end */
function listFiles(folder: string, prefix: string, above: ReadonlySet<string>): string[] {
  const files: string[] = [];
  for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix + entry.name;
    // Nested packages are listed as dependencies.
    if (entry.name === "node_modules") continue;
    const target = entry.isSymbolicLink() ? realTarget(join(folder, path)) : null;
    if (entry.isDirectory() || target?.isDirectory) {
      const real = target?.path ?? join(folder, path);
      if (!above.has(real)) files.push(...listFiles(folder, path + sep, new Set([...above, real])));
    } else if ((entry.isFile() || target?.isFile) && !PROSE.test(entry.name)) {
      files.push(path);
    }
  }
  return files.sort();
}

/** What a symbolic link leads to; null if it leads nowhere. */
function realTarget(link: string): { path: string; isDirectory: boolean; isFile: boolean } | null {
  try {
    const path = realpathSync(link);
    const stats = statSync(path);
    return { path, isDirectory: stats.isDirectory(), isFile: stats.isFile() };
  } catch {
    return null;
  }
}

/** The folders of a package and of all that it can require by its package.json, in a stable order. */
function withDependencies(folder: string): string[] {
  const found = new Set<string>();
  const todo = [folder];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    const manifest = JSON.parse(readFileSync(join(next, "package.json"), "utf8")) as Record<string, object | undefined>;
    const names = ["dependencies", "optionalDependencies", "peerDependencies"].flatMap((field) =>
      Object.keys(manifest[field] ?? {}),
    );
    for (const name of names) {
      const place = findPackage(name, next);
      if (place !== null) todo.push(place);
    }
  }
  return [...found].sort();
}

function findPackage(name: string, from: string): string | null {
  for (const folder of createRequire(join(from, "package.json")).resolve.paths(name) ?? []) {
    try {
      return dirname(realpathSync(join(folder, name, "package.json")));
    } catch {}
  }
  return null;
}
