/** The paths at which Node looks for a file, in its order. */
import { join, resolve, sep } from "../../src/node/path.ts";
import type { AskedFiles, PackageFile } from "./asked-files.ts";

/** What Node appends to paths, unless the program has added to it. For what is imported, it is always these. */
export const EXTENSIONS: readonly string[] = [".js", ".json", ".node"];

/** Where Node looks for a required file. */
export function* candidates(asked: AskedFiles, path: string, extensions: readonly string[]): Generator<string> {
  if (!path.endsWith(sep)) yield* withExtensions(path, extensions);
  if (asked.isFolder(path)) yield* filesInFolder(asked, path, asked.packageIn(path), extensions);
}

/** Where Node looks for the main file of a package without `exports`. */
export function* filesInFolder(
  asked: AskedFiles,
  folder: string,
  file: PackageFile | null,
  extensions: readonly string[],
): Generator<string> {
  if (typeof file?.main === "string" && file.main !== "") {
    const main = resolve(folder, file.main);
    yield* withExtensions(main, extensions);
    if (asked.isFolder(main)) yield* extended(join(main, "index"), extensions);
  }
  yield* extended(join(folder, "index"), extensions);
}

export function* withExtensions(path: string, extensions: readonly string[]): Generator<string> {
  yield path;
  yield* extended(path, extensions);
}

export function* extended(path: string, extensions: readonly string[]): Generator<string> {
  for (const extension of extensions) yield path + extension;
}
