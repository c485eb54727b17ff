/** What dumbo uses of `node:url`, in its bundles (see fs.ts). */
import { includes, slice, startsWith } from "./language.ts";
import { sep } from "./path.ts";

const url = process.getBuiltinModule("node:url");
const { fileURLToPath: nodeFileURLToPath, pathToFileURL: nodePathToFileURL } = url;
const { URL } = globalThis;
const SIMPLE = "file:///";

/**
 * Node's own one reads getters of `URL.prototype`, which the program may have replaced; most URLs do not need it. No regular
 * expression is used, because a match would show in `RegExp.$1`.
 */
export function fileURLToPath(url: string | URL): string {
  const isSimple = typeof url === "string" && sep === "/" && startsWith(url, SIMPLE) && !needsParsing(url);
  return isSimple ? slice(url, SIMPLE.length - 1) : nodeFileURLToPath(url);
}

function needsParsing(url: string): boolean {
  return includes(url, "%") || includes(url, "?") || includes(url, "#") || includes(url, "\\") || includes(url, "/.");
}

/** The URL of an absolute path. Node's own one calls `path.resolve`, which the program may have replaced. */
export function pathToFileURL(path: string): URL {
  if (sep === "\\") return nodePathToFileURL(path);
  const made = new URL("file:///");
  made.pathname = path
    .replaceAll("%", "%25")
    .replaceAll("\\", "%5C")
    .replaceAll("\n", "%0A")
    .replaceAll("\r", "%0D")
    .replaceAll("\t", "%09");
  return made;
}
