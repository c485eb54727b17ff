// An effect that dumbo cannot see into: a line in the log of the program that is running.
/** @type {{ log: ((label: string, value: unknown) => void) | null }} */
export const current = { log: null };

export function emit(value) {
  current.log?.("emit", value);
}
