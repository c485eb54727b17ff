/**
 * Makes objects of the hidden classes that a program's own literals and constructors give, or like them. A plain object comes from a
 * generated literal with its names. An instance of a class comes from `new` of a function without a body, whose `prototype` is that of the
 * class: no code of the class runs, all instances are of one hidden class, and their fields lie inside of the object. (With
 * `Object.create`, fields from the fifth on lie outside of it.)
 */
import { compileFunction } from "../node/vm.ts";
import { valueOf } from "./word-values.ts";

/** Makes an object of the values in words from a place on, which stand in the order of its names. */
export type Maker = (words: Int32Array, at: number) => object;
type Blank = new () => object;

// Captured before the program can replace them.
const { stringify } = JSON;

/** Objects with more names V8 keeps as hash tables anyway. */
const MOST_NAMES = 64;
/** So many makers are remembered for plain objects, and for each prototype. */
const MOST = 256;

/** Makes functions without a body. They are called `Object`: V8 shows any other name in its messages, and for this one the name of the class. */
let newBlank: (() => Blank) | null = null;
const literals = new Map<string, Maker>();
const blanks = new WeakMap<object, Blank>();
const fillers = new WeakMap<object, Map<string, Maker>>();

/**
 * The maker of objects with a prototype and names; null where there is none. Properties have to be such that assigning them is the same as
 * defining them.
 */
export function makerOf(prototype: object | null, names: readonly (string | symbol)[]): Maker | null {
  if (prototype === null || names.length > MOST_NAMES) return null;
  const texts: string[] = [];
  let id = "";
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (typeof name !== "string") return null;
    // For a text, `stringify` runs no code of the program.
    const text = stringify(name);
    texts.push(text);
    id += `${text},`;
  }
  const known = prototype === Object.prototype ? literals : fillersOf(prototype);
  const found = known.get(id);
  if (found !== undefined) return found;
  if (known.size >= MOST) return null;
  const made = prototype === Object.prototype ? literal(texts) : filler(blankOf(prototype), texts);
  known.set(id, made);
  return made;
}

/** An object of a prototype without properties. */
export function blank(prototype: object): object {
  return new (blankOf(prototype))();
}

function literal(texts: readonly string[]): Maker {
  const fields = texts.map((text, i) => `${text}: v(w[at + ${i}])`);
  return compileFunction(`return (w, at) => ({ ${fields.join(", ")} })`, ["v"])(valueOf) as Maker;
}

function filler(made: Blank, texts: readonly string[]): Maker {
  const fields = texts.map((text, i) => `o[${text}] = v(w[at + ${i}]);`);
  const source = `return (w, at) => { const o = new B(); ${fields.join(" ")} return o; }`;
  return compileFunction(source, ["B", "v"])(made, valueOf) as Maker;
}

function fillersOf(prototype: object): Map<string, Maker> {
  let found = fillers.get(prototype);
  if (found === undefined) {
    found = new Map();
    fillers.set(prototype, found);
  }
  return found;
}

function blankOf(prototype: object): Blank {
  let found = blanks.get(prototype);
  if (found === undefined) {
    newBlank ??= compileFunction("return function Object() {}") as () => Blank;
    const made = newBlank();
    (made as { prototype: object }).prototype = prototype;
    found = made;
    blanks.set(prototype, found);
  }
  return found;
}
