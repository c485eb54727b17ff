/** What the assumePure list names that has no source to rewrite, or whose source is not looked at: built-in functions and packages. */
import { pathToFileURL } from "node:url";
import type { AssumePure } from "../audit/assume-pure.ts";
import { getBuiltinModule } from "../audit/builtins/originals.ts";
import { takePure } from "../audit/builtins/pure-modules.ts";
import { syncNames, tapBuiltin } from "../audit/taps/install.ts";
import { PackageDigests } from "../src/code/package-digest.ts";
import type { Omissions } from "../src/policy/profile.ts";
import { builtinFunctions, guardListed, type Listed, type Register } from "./export-guards.ts";

export interface ListSettings {
  readonly assumePure: AssumePure;
  /** The cache directory. */
  readonly directory: string;
  readonly isReadOnly: boolean;
  /** Guards to leave out, by id of the module. */
  readonly omissions: Omissions;
}

/** A CommonJS module that has run. */
export interface LoadedCommonJs {
  readonly exports: unknown;
  readonly filename: string;
}

export class ListedFunctions {
  readonly #settings: ListSettings;
  readonly #register: Register;
  readonly #digests: PackageDigests;

  /** @param register registers a module of listed functions and hands it its guards */
  constructor(settings: ListSettings, register: Register) {
    this.#settings = settings;
    this.#register = register;
    this.#digests = new PackageDigests(settings.directory, settings.isReadOnly);
  }

  /** Guards the built-in functions that the list names: to be called when the taps are in. Loads their modules. */
  guardBuiltins(): void {
    const { builtins } = this.#settings.assumePure;
    if (builtins.length === 0) return;
    for (const module of new Set(builtins.map((entry) => entry.split("#")[0] as string))) {
      tapBuiltin(module);
      const exports = getBuiltinModule(`node:${module}`) as unknown as object;
      const names = builtins
        .filter((entry) => entry.startsWith(`${module}#`))
        .map((entry) => entry.split("#")[1] as string);
      const functions = builtinFunctions(module, exports, names, builtins.includes(module));
      this.#guard({ url: `node:${module}`, exports, functions, code: () => JSON.stringify(process.versions) });
      takePure(module, true);
    }
    syncNames();
  }

  /** Guards the functions of a package that the list names: called by the package's main file when it has run. */
  guardPackage({ exports, filename }: LoadedCommonJs): void {
    const listed = this.#settings.assumePure.packages.find(({ folder }) => filename.startsWith(folder));
    if (!listed || typeof exports !== "object" || exports === null) return;
    const names = listed.exports.filter(
      (name) => typeof Object.getOwnPropertyDescriptor(exports, name)?.value === "function",
    );
    const code = () => `${this.#digests.digest(listed.folder)} ${JSON.stringify(process.versions)}`;
    const functions = new Map(names.map((name) => [name, null]));
    if (names.length > 0) this.#guard({ url: pathToFileURL(filename).href, exports, functions, code });
  }

  #guard(listed: Listed): void {
    guardListed(listed, (id) => this.#settings.omissions[id]?.sites ?? [], this.#register);
  }

  /** Folder and content hash of a package on the list, when this import of it is meant. */
  assumedPackage(from: string, name: string | undefined): { readonly folder: string; readonly digest: string } | null {
    const listed = this.#settings.assumePure.packages.find(
      (one) => from === one.name || from.startsWith(`${one.name}/`),
    );
    if (!listed || (listed.exports.length > 0 && !listed.exports.includes(name ?? "*"))) return null;
    return { folder: listed.folder, digest: this.#digests.digest(listed.folder) };
  }
}
