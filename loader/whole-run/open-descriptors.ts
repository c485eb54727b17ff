/**
 * What a process has been given open by the one that started it. The program can see that without any file: of what class a standard stream is, depends on
 * the kind of its descriptor, and which number the first file gets that it opens, on those that are taken.
 */

/** Links to all open descriptors; on systems without `/proc`, the other one. */
const FOLDERS = ["/proc/self/fd", "/dev/fd"];
/** The bits of a mode that say what kind of file it is. */
const KIND = 0o170000;
const STANDARD = [0, 1, 2];

/** The kinds of the standard streams, and the numbers of all that is open. Cost: about 30 us. To be called before anything of the program runs. */
export function openDescriptors(): readonly unknown[] {
  return [STANDARD.map(kindOf), taken()];
}

/** Null where nobody can tell. */
function kindOf(descriptor: number): number | null {
  try {
    return process.getBuiltinModule("node:fs").fstatSync(descriptor).mode & KIND;
  } catch {
    return null;
  }
}

/** The numbers that are taken, in an order of their own; where no folder shows them, the first that is free. */
function taken(): readonly string[] | number {
  const { closeSync, openSync, readdirSync } = process.getBuiltinModule("node:fs");
  for (const folder of FOLDERS) {
    try {
      return readdirSync(folder).sort();
    } catch {
      // Not on this system.
    }
  }
  const first = openSync("/dev/null", "r");
  closeSync(first);
  return first;
}
