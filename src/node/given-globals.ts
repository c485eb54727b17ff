/** For bundles that are loaded late: the globals that the first one has taken. */
export { Buffer, Date, ownProcess as process } from "./globals.ts";
