/** What tells one build of dumbo from another. */

/** The digest of the sources that a build is made of, which the build puts here (scripts/bundle.mjs). */
declare const DUMBO_BUILD: string;

/** Who runs the sources themselves has none. */
export const BUILD = typeof DUMBO_BUILD === "string" ? DUMBO_BUILD : "";
