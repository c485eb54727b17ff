/** The functions of a project, by the number under which the store keeps their entries. */
import { readProfiles } from "../policy/profile.ts";
import { ownerOf } from "../policy/retention.ts";

/** What is known of a function by its name and place. */
export interface NamedFunction {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

export function functionsByOwner(directory: string): Map<number, NamedFunction> {
  const found = new Map<number, NamedFunction>();
  for (const { file, name, place } of Object.values(readProfiles(directory))) {
    found.set(ownerOf({}, file, name).id, { file, line: place.line, name });
  }
  return found;
}

/** `name  file:line`, or the number of a function that no run knows any more. */
export function functionText(functions: ReadonlyMap<number, NamedFunction>, owner: number): string {
  const one = functions.get(owner);
  return one ? `${one.name}  ${one.file}:${one.line}` : `function ${owner.toString(16).padStart(8, "0")}`;
}
