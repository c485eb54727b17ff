/** What dumbo uses of `node:url`, in its bundles (see fs.ts). */
import { includes, slice, startsWith } from "./language.ts";
import { sep } from "./path.ts";

const url = process.getBuiltinModule("node:url");
const { fileURLToPath: nodeFileURLToPath, pathToFileURL: nodePathToFileURL } = url;
const { URL } = globalThis;
const SIMPLE = "file:///";

/**
 * Node's own one asks what are getters of `URL.prototype` at the moment: for most URLs there is nothing to ask. No regular
 * expression is used, as that would show in `RegExp.$1`.
 */
export function fileURLToPath(url: string | URL): string {
  const isSimple = typeof url === "string" && sep === "/" && startsWith(url, SIMPLE) && !needsParsing(url);
  return isSimple ? slice(url, SIMPLE.length - 1) : nodeFileURLToPath(url);
}

function needsParsing(url: string): boolean {
  return includes(url, "%") || includes(url, "?") || includes(url, "#") || includes(url, "\\") || includes(url, "/.");
}

/** Of an absolute path. Node's own one asks what is `path.resolve` at the moment. */
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
