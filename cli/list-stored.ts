/** Lists the records of a store with the functions to which they belong. */
import { isEntry } from "../src/call/entry.ts";
import { functionsByOwner, functionText, type NamedFunction } from "../src/report/functions.ts";
import { listItems, type OnPart, type StoredItem } from "../src/store/disk/contents.ts";

export interface Stored extends StoredItem {
  /** Null if no run knows the function any more. */
  readonly fn: NamedFunction | null;
  /** `name  file:line`. */
  readonly label: string;
  /** Whether it is only a part of an entry: a value or a content with a record of its own. */
  readonly isPart: boolean;
}

/** @param pattern part of `file:line name`, or of the key */
export function listStored(directory: string, pattern: string, onPart?: OnPart): Stored[] {
  const functions = functionsByOwner(directory);
  return listItems(directory, onPart)
    .map((item): Stored => {
      const fn = functions.get(item.owner) ?? null;
      return { ...item, fn, label: functionText(functions, item.owner), isPart: !isEntry(item.start) };
    })
    .filter(
      ({ fn, key }) => key.startsWith(pattern) || (fn !== null && `${fn.file}:${fn.line} ${fn.name}`.includes(pattern)),
    );
}
