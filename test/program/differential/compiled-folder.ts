/**
 * dumbo's own files as V8 has compiled them, handed from program to program: each has a cache of its own, and to compile them for each would take
 * a third of its first run. test/loader/start-up.test.ts shows runs without them.
 */
import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NAME = "compiled";

export class CompiledFolder {
  #kept: string | null = null;

  /** Lays what is kept into a cache that does not exist yet. */
  giveTo(cache: string): void {
    if (this.#kept !== null) link(this.#kept, join(cache, NAME));
  }

  /** Keeps what a cache has beyond what is kept: a folder for each set of flags. */
  takeFrom(cache: string): void {
    if (!existsSync(join(cache, NAME))) return;
    if (this.#kept === null) {
      const kept = mkdtempSync(join(tmpdir(), "dumbo-compiled-"));
      process.once("exit", () => rmSync(kept, { recursive: true, force: true }));
      this.#kept = kept;
    }
    link(join(cache, NAME), this.#kept);
  }
}

/** The files are linked and not copied: dumbo never writes into one, but puts another in its place. */
function link(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) link(source, target);
    else if (entry.name.endsWith(".bin") && !existsSync(target)) linkSync(source, target);
  }
}
