/** Whether imported names of Node's modules may hold what the program has put in the place of a member: nothing is cached then. */
import { changedData } from "./added-members.ts";
import { moduleObjects } from "./module-objects.ts";
import { takenFunctions } from "./pure-modules.ts";

const { getOwnPropertyDescriptor } = Object;

let synced: string | null = null;

/** The path of such a member; null as long as there is none. */
export function syncedChange(): string | null {
  return synced;
}

/** To be called when imported names get what the modules export by now. */
export function noteSynced(): void {
  synced ??= changedMember();
}

function changedMember(): string | null {
  for (const { holder, key, path, value } of takenFunctions()) {
    if (getOwnPropertyDescriptor(holder, key)?.value !== value) return path;
  }
  for (const early of moduleObjects().values()) {
    const [key] = changedData(early);
    if (key !== undefined) return `${early.path}.${String(key)}`;
  }
  return null;
}
