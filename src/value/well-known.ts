/** Values of the language and of Node that keys and stored results hold by name, without looking into them. */

/** The program's classes. In dumbo's bundles, the usual names mean dumbo's own subclasses (src/node/globals.ts). */
export const { Map: ProgramMap, Set: ProgramSet, WeakMap: ProgramWeakMap, WeakSet: ProgramWeakSet } = globalThis;

/** Symbols of the language by their names. */
export const WELL_KNOWN: ReadonlyMap<symbol, string> = new Map<symbol, string>(
  Reflect.ownKeys(Symbol).flatMap((key) => {
    const value = (Symbol as unknown as Record<PropertyKey, unknown>)[key];
    return typeof value === "symbol" ? [[value, String(key)] as const] : [];
  }),
);

/** Read once, before the program runs: a later read of `process.env` would go through a tap, and count as the program's. */
const ENVIRONMENT = process.env;

/** Objects that are held by name: those of the program, and not dumbo's own. `isFixed`: the language makes them the same in every run, so they hold no state of the run. */
const OBJECTS = new Map<object, { readonly name: string; readonly isFixed: boolean }>([
  [globalThis, { name: "globalThis", isFixed: false }],
  [process, { name: "process", isFixed: false }],
  [ENVIRONMENT, { name: "process.env", isFixed: false }],
  [console, { name: "console", isFixed: false }],
  [globalThis.Math, { name: "Math", isFixed: true }],
  [globalThis.JSON, { name: "JSON", isFixed: true }],
  [globalThis.Reflect, { name: "Reflect", isFixed: true }],
  [Intl, { name: "Intl", isFixed: true }],
]);

/** Classes of the language. Each has one prototype in a thread, which the program's and dumbo's objects share. */
const CLASSES = [
  "Object",
  "Array",
  "String",
  "Number",
  "Boolean",
  "BigInt",
  "Symbol",
  "Promise",
  "RegExp",
  "Date",
].concat(
  ["Map", "Set", "WeakMap", "WeakSet", "ArrayBuffer", "DataView", "Error", "AggregateError", "EvalError"],
  ["RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError", "Uint8Array", "Buffer"],
  ["Int8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array"],
  ["Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"],
);

/** Those to which no global's name leads, by an object that inherits from each, and how many levels above it they are. */
const HIDDEN: readonly (readonly [name: string, object: object, levels: number])[] = [
  ["TypedArray", Uint8Array.prototype, 1],
  ["Iterator", [].values(), 2],
  ["ArrayIterator", [].values(), 1],
  ["MapIterator", new ProgramMap().values(), 1],
  ["SetIterator", new ProgramSet().values(), 1],
  ["StringIterator", ""[Symbol.iterator](), 1],
  ["RegExpStringIterator", "".matchAll(/a/g), 1],
  ["AsyncFunction", async () => {}, 1],
  ["GeneratorFunction", function* () {}, 1],
  ["Generator", function* () {}.prototype as object, 1],
  ["AsyncGeneratorFunction", async function* () {}, 1],
  ["AsyncGenerator", async function* () {}.prototype as object, 1],
  ["AsyncIterator", async function* () {}.prototype as object, 2],
];

const STEPPERS: ReadonlySet<string> = new Set([
  "ArrayIterator",
  "MapIterator",
  "SetIterator",
  "StringIterator",
  "RegExpStringIterator",
  "Generator",
  "AsyncGenerator",
]);

function above(object: object, levels: number): object {
  let at = object;
  for (let i = 0; i < levels; i++) at = Object.getPrototypeOf(at) as object;
  return at;
}

const PROTOTYPES: ReadonlyMap<object, string> = new Map<object, string>([
  ...HIDDEN.map(([name, object, levels]) => [above(object, levels), `${name}.prototype`] as const),
  ...CLASSES.map((name) => {
    const { prototype } = (globalThis as unknown as Record<string, { readonly prototype: object }>)[name] as {
      readonly prototype: object;
    };
    return [prototype, `${name}.prototype`] as const;
  }),
]);

/** What iterators and generators inherit from: where these are is in no property, and most of them cannot be told from objects without slots. */
const OF_STEPPERS: ReadonlySet<object> = new Set(
  HIDDEN.flatMap(([name, object, levels]) => (STEPPERS.has(name) ? [above(object, levels)] : [])),
);

/** Whether objects that inherit from a prototype may be iterators or generators, which have more state than their properties. */
export function isOfSteppers(prototype: object): boolean {
  return OF_STEPPERS.has(prototype);
}

/** All objects here that keys hold by name. There is one of each, so that a copy in its place would be another object. */
export const NAMED_OBJECTS: readonly object[] = [...OBJECTS.keys(), ...PROTOTYPES.keys()];

/** The name of an object if it is the prototype of a class of the language, like `Map.prototype`; else undefined. */
export function languagePrototype(value: object): string | undefined {
  return PROTOTYPES.get(value);
}

/** The name of an object, if it is one of those that are held by name. */
export function namedObject(value: object): { readonly name: string; readonly isFixed: boolean } | undefined {
  return OBJECTS.get(value);
}

/** The same for an object with the prototype of plain objects; faster. */
export function knownObject(value: object): { readonly name: string; readonly isFixed: boolean } | undefined {
  // Each of these objects but the environment has this symbol, and most objects do not.
  if (!(Symbol.toStringTag in value) && value !== ENVIRONMENT) return undefined;
  return OBJECTS.get(value);
}
