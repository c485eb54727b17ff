/**
 * The version of the format in which entries are stored. Raise it with each change of the format. It is a part of each key, so that versions
 * of dumbo that share a directory do not read each other's entries.
 */
export const ENTRY_VERSION = 24;
