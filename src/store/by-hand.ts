/** The entry of the bundle that functions which are memoized by hand have loaded: for groups with a folder of their own, and for walks. */
export { listItems, visitRecords } from "./disk/contents.ts";
export { prepareDirectory } from "./disk/directory.ts";
