/**
 * Node's `process.env`, as it was before the program ran. Each read of a property asks the operating system. The program can assign
 * another object to `process.env`.
 */
export const environment: NodeJS.ProcessEnv = process.env;

/**
 * The variable that has the private key of shared caches. No key and no result may hold it: what reads it, or the whole environment with it,
 * is not kept.
 */
export const SIGNING_KEY = "DUMBO_REMOTE_KEY";
