/**
 * Objects of the hidden classes that a program's own literals and constructors give, or close to it: plain objects come
 * from a literal with the same names, which is generated. Instances of a class come from a function without a body that
 * has its prototype: they are of one hidden class with each other, with their fields inside of the object; no code of the
 * class runs. (With `Object.create`, fields lie outside of the object from the fifth on.)
 */
import { compileFunction } from "../node/vm.ts";
import { valueOf } from "./word-values.ts";

/** Makes an object of the values that stand in words, in the order of its names, from a place on. */
export type Maker = (words: Int32Array, at: number) => object;
type Blank = new () => object;

// Captured before the program can replace them.
const { stringify } = JSON;

/** With more names, V8 keeps objects as a table anyway. */
const MOST_NAMES = 64;
/** Makers that are remembered, for plain objects and for each prototype. */
const MOST = 256;

/** Makes a function without a body. V8 shows the name of one in its messages, unless it is this: then it asks the prototype. */
let newBlank: (() => Blank) | null = null;
const literals = new Map<string, Maker>();
const blanks = new WeakMap<object, Blank>();
const fillers = new WeakMap<object, Map<string, Maker>>();

/** Of objects of a prototype and with names that can be assigned to; null where there is none. */
export function makerOf(prototype: object | null, names: readonly (string | symbol)[]): Maker | null {
  if (prototype === null || names.length > MOST_NAMES) return null;
  const texts: string[] = [];
  let id = "";
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    if (typeof name !== "string") return null;
    // Of texts, JSON asks nothing of the program.
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
