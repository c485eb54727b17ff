/** What dumbo does to built-in objects must not make the program's use of them slower: V8 keeps the properties of an object that was changed in a dictionary. */

/** So many reads, and V8 remembers from one to the next what it has found. */
const READS = 32;

/**
 * Has V8 keep the properties of an object where it finds them at once. It does so when another object that inherits from it is read. Otherwise each
 * `instanceof` of a function whose `prototype` was made read-only takes ten times as long.
 */
export function keepFast(object: object): void {
  const heir = Object.create(object) as object;
  for (let i = 0; i < READS; i++) readOne(heir);
}

function readOne({ constructor }: object): unknown {
  return constructor;
}
