/** The main files of packages with functions on the assumePure list. */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AssumePure } from "../../audit/assume-pure.ts";

/** Is put at the end of such a file: it hands over its exports, which get guards around them. */
export const HAND_OVER = 'typeof module==="object"&&globalThis[Symbol.for("dumbo")]?.(module)';

export class ListedMains {
  readonly #packages: AssumePure["packages"];
  /** By the package's folder; null where `require` of the package leads to no file of its own. */
  readonly #mains = new Map<string, string | null>();

  constructor({ packages }: AssumePure) {
    this.#packages = packages;
  }

  has(path: string): boolean {
    const listed = this.#packages.find(({ folder }) => path.startsWith(folder));
    if (!listed || listed.exports.length === 0) return false;
    let main = this.#mains.get(listed.folder);
    if (main === undefined) {
      main = mainOf(listed.folder);
      this.#mains.set(listed.folder, main);
    }
    return path === main;
  }
}

function mainOf(folder: string): string | null {
  try {
    return createRequire(join(folder, "package.json")).resolve(folder);
  } catch {
    return null;
  }
}
