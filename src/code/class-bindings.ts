/** What an inner class has of the code that made it, as bindings: a key reads them at each call. */
import type { ClassSnapshot } from "./class-shape.ts";
import type { Binding } from "./reach.ts";

/** What its members are called: computed keys are settled when the class is made. */
export function membersOf({ constructor, prototype }: ClassSnapshot, name: string): Binding {
  const read = stable(() => [...Reflect.ownKeys(constructor), ...Reflect.ownKeys(prototype)]);
  return { name: `the members of ${name}`, place: { kind: "class" }, read };
}

/** What it extends. */
export function baseOf({ constructor }: ClassSnapshot, name: string): Binding {
  const read = () => Object.getPrototypeOf(constructor) as unknown;
  return { name: `the base of ${name}`, place: { kind: "class" }, read };
}

/** The same list as long as it holds the same: a list made anew would be taken for a change. */
function stable<T>(list: () => readonly T[]): () => readonly T[] {
  let last: readonly T[] = [];
  return () => {
    const now = list();
    if (now.length !== last.length || now.some((item, i) => item !== last[i])) last = now;
    return last;
  };
}
