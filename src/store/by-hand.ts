/** The entry of the bundle that functions memoized by hand load when they need it: for a group with its own folder, and for a walk. */
export { listItems, visitRecords } from "./disk/contents.ts";
export { prepareDirectory } from "./disk/directory.ts";
