/** For bundles that are loaded late: the globals that the first one has taken. */
export { Buffer, Date, Map, ownProcess as process, Set, WeakMap, WeakSet } from "./globals.ts";
