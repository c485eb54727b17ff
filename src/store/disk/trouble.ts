/** Words for errors of the store, and what the user can do about them. */
import { WriteError } from "./addon.ts";
import { errorText } from "./directory.ts";

/** Whether an error says that the stack was full. It says nothing about the store then. */
export function isOverflow(error: unknown): boolean {
  if (error instanceof RangeError) return error.message.startsWith("Maximum call stack");
  // V8's compiler of regular expressions throws another error for it.
  return error instanceof Error && error.message.includes("Stack overflow");
}

/** What an error of the store says, in a few words. */
export function storeErrorText(error: unknown): string {
  return error instanceof WriteError ? error.message : errorText(error);
}

/** What the user can do about it. */
export function whatToDo(error: unknown): string {
  const text = storeErrorText(error);
  if (/is not installed|is needed/.test(text)) return "install dumbo again, with its optional dependencies";
  if (/processor/.test(text)) return "switch dumbo off (DUMBO=off)";
  // lmdb says "Input/output error" when a write ends halfway.
  if (/ENOSPC|EDQUOT|EFBIG|No space|quota|Input\/output/i.test(text)) return "free some space on its disk";
  return /ENOENT/.test(text) ? "leave it in place while programs run" : "remove it";
}
