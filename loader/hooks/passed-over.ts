/** Package files of this run that were not analysed, each with the reason: their functions are not known. */
import { isAbsolute } from "node:path";
import type { ModuleCause, Unseen } from "../../src/reason/reason.ts";

type Why = Extract<Unseen, { kind: "not-analysed" | "left-this-time" | "too-large" | "left-alone" }>;

export class PassedOver {
  readonly #files = new Map<string, Why>();
  /** Files that a call needed. */
  readonly #askedFor = new Set<string>();
  #waiting = 0;

  /** Notes a file that there was no time for. */
  noteWaiting(file: string): void {
    this.#files.set(file, { kind: "not-analysed", file });
    this.#waiting++;
  }

  /** Notes a file that runs as it is in this run. */
  noteLean(file: string): void {
    this.#files.set(file, { kind: "left-this-time", file });
  }

  noteLarge(file: string, bytes: number): void {
    this.#files.set(file, { kind: "too-large", file, bytes });
  }

  noteLeftAlone(file: string, why: ModuleCause): void {
    this.#files.set(file, { kind: "left-alone", file, why });
  }

  /** Whether a call has met a function that may be of a file. */
  isAskedFor(file: string): boolean {
    return this.#askedFor.has(file);
  }

  /**
   * Why the code of a function was not read.
   * @param from the specifier by which the function is imported
   */
  whyUnread(from: string | undefined): Unseen {
    if (from !== undefined && this.#files.size > 0) {
      const isMeant = meantBy(from);
      for (const [file, why] of this.#files) {
        if (!isMeant(file)) continue;
        this.#askedFor.add(file);
        return why;
      }
    }
    return { kind: "unread-code", ...(this.#waiting > 0 && { waiting: this.#waiting }) };
  }
}

/** Which files a specifier may lead to: those of its package, or those whose path ends like it. */
function meantBy(from: string): (file: string) => boolean {
  const name = from.replaceAll("\\", "/");
  if (isAbsolute(from)) return (file) => file === from;
  if (!name.startsWith(".")) {
    const folder = `/node_modules/${name.split("/", name.startsWith("@") ? 2 : 1).join("/")}/`;
    return (file) => innermost(file.replaceAll("\\", "/"), folder);
  }
  const end = name.replace(/^(\.{1,2}\/)+/, "/").replace(/(\/index)?(\.[cm]?[jt]s)?$/, "");
  return (file) =>
    end !== "" &&
    file
      .replaceAll("\\", "/")
      .replace(/(\/index)?(\.[cm]?[jt]s)?$/, "")
      .endsWith(end);
}

/** Whether a file is in a package itself, and not in one of the package's own dependencies. */
function innermost(file: string, folder: string): boolean {
  return file.lastIndexOf("/node_modules/") >= 0 && file.slice(file.lastIndexOf("/node_modules/")).startsWith(folder);
}
