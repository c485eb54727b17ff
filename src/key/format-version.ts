/**
 * The format of what is stored under a key, to be raised with each change of it. It is part of every key, so that
 * versions of dumbo that share a directory leave each other's entries alone.
 */
export const ENTRY_VERSION = 20;
