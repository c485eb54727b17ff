// An effect that dumbo cannot see into: a line in the log of the program that is running.
export const current = { log: null };

export function emit(value) {
  current.log?.("emit", value);
}
