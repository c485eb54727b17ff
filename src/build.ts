/** What tells one build of dumbo from another. The build puts the digest of its sources here (scripts/bundle.mjs). */
declare const DUMBO_BUILD: string;

/** The digest of this build; empty where the sources run without a build. */
export const BUILD = typeof DUMBO_BUILD === "string" ? DUMBO_BUILD : "";
