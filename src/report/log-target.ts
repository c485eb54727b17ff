/** `DUMBO_LOG`: what is told of a run, and where. */

export type LogTarget =
  /** One line at exit, on a terminal. */
  | { readonly kind: "default" }
  | { readonly kind: "silent" }
  /** The line at exit, wherever stderr leads. */
  | { readonly kind: "summary" }
  /** Counters as JSON, at exit: on stderr, or appended to a file. */
  | { readonly kind: "json"; readonly file: string | null }
  /** A line for each thing that dumbo does, then the line at exit: on stderr, or appended to a file. */
  | { readonly kind: "operations"; readonly file: string | null; readonly isDetailed: boolean };

/**
 * `silent`, `summary`, `json`, `ops[:FILE]` or `debug[:FILE]`; a path with a slash is a file for JSON.
 * No regular expression is used: it would show in `RegExp.$1` of the program.
 */
export function logTarget(text: string | undefined): LogTarget {
  if (text === undefined) return { kind: "default" };
  const word = text.toLowerCase();
  switch (word) {
    case "":
    case "silent":
    case "off":
    case "0":
    case "false":
    case "no":
      return { kind: "silent" };
    case "json":
      return { kind: "json", file: null };
  }
  for (const name of ["ops", "debug"]) {
    if (word !== name && !word.startsWith(`${name}:`)) continue;
    const file = text.slice(name.length + 1);
    return { kind: "operations", file: file === "" ? null : file, isDetailed: name === "debug" };
  }
  return text.includes("/") || text.includes("\\") ? { kind: "json", file: text } : { kind: "summary" };
}

/** Whether the user has asked to be told what dumbo does: all that it says without is one line at exit, on a terminal. */
export function asksForLog(text: string | undefined): boolean {
  const { kind } = logTarget(text);
  return kind !== "default" && kind !== "silent";
}
