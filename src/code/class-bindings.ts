/** What the code around an inner class has given it when it made the class, as bindings: a key reads them at each call. */
import type { ClassSnapshot } from "./class-shape.ts";
import type { Binding } from "./reach.ts";

/** The names of its members: computed keys are settled only when the class is made. */
export function membersOf({ constructor, prototype }: ClassSnapshot, name: string): Binding {
  const read = stable(() => [...Reflect.ownKeys(constructor), ...Reflect.ownKeys(prototype)]);
  return { name: `the members of ${name}`, place: { kind: "class" }, read };
}

/** The class that it extends. */
export function baseOf({ constructor }: ClassSnapshot, name: string): Binding {
  const read = () => Object.getPrototypeOf(constructor) as unknown;
  return { name: `the base of ${name}`, place: { kind: "class" }, read };
}

/** Answers the same list object as long as its content is the same: another object would be taken for a change of the binding. */
function stable<T>(list: () => readonly T[]): () => readonly T[] {
  let last: readonly T[] = [];
  return () => {
    const now = list();
    if (now.length !== last.length || now.some((item, i) => item !== last[i])) last = now;
    return last;
  };
}
