/** What went wrong with the store, and what the user can do about it. */
import { WriteError } from "./addon.ts";
import { reason } from "./directory.ts";

/** Whether the stack was full, which says nothing of the store. */
export function isOverflow(error: unknown): boolean {
  if (error instanceof RangeError) return error.message.startsWith("Maximum call stack");
  // V8's compiler of regular expressions has words of its own for it.
  return error instanceof Error && error.message.includes("Stack overflow");
}

/** What an error says, in a few words. */
export function explain(error: unknown): string {
  return error instanceof WriteError ? error.message : reason(error);
}

/** What the user can do about it. */
export function remedy(error: unknown): string {
  const text = explain(error);
  if (/is not installed|is needed/.test(text)) return "install dumbo again, with its optional dependencies";
  if (/processor/.test(text)) return "switch dumbo off (DUMBO=off)";
  // lmdb says "Input/output error" when a write comes to an end halfway.
  if (/ENOSPC|EDQUOT|EFBIG|No space|quota|Input\/output/i.test(text)) return "free some space on its disk";
  return /ENOENT/.test(text) ? "leave it in place while programs run" : "remove it";
}
