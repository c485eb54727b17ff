/** What dumbo uses of `node:url`, in its bundles (see fs.ts). */
import { sep } from "./path.ts";

const url = process.getBuiltinModule("node:url");
export const { fileURLToPath } = url;

const { URL } = globalThis;
const { pathToFileURL: nodePathToFileURL } = url;

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
