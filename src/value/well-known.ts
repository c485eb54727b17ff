/** Values of the language and of Node that keys and stored values name, and do not look into. */

/** The program's classes: by their own names, dumbo's bundles have others (src/node/globals.ts). */
export const { Map: ProgramMap, Set: ProgramSet, WeakMap: ProgramWeakMap, WeakSet: ProgramWeakSet } = globalThis;

/** Symbols of the language by their names. */
export const WELL_KNOWN: ReadonlyMap<symbol, string> = new Map<symbol, string>(
  Reflect.ownKeys(Symbol).flatMap((key) => {
    const value = (Symbol as unknown as Record<PropertyKey, unknown>)[key];
    return typeof value === "symbol" ? [[value, String(key)] as const] : [];
  }),
);

/** As the program found it; to ask for it later would be seen as the program's doing. */
const ENVIRONMENT = process.env;

/** Objects that are more than their properties; those of the language are the same in every run. */
const OBJECTS = new Map<object, { readonly name: string; readonly isFixed: boolean }>([
  [globalThis, { name: "globalThis", isFixed: false }],
  [process, { name: "process", isFixed: false }],
  [ENVIRONMENT, { name: "process.env", isFixed: false }],
  [console, { name: "console", isFixed: false }],
  [Math, { name: "Math", isFixed: true }],
  [JSON, { name: "JSON", isFixed: true }],
  [Reflect, { name: "Reflect", isFixed: true }],
  [Intl, { name: "Intl", isFixed: true }],
]);

/** Classes of the language. There is one prototype of each in a thread, dumbo's own code included. */
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
);

const PROTOTYPES: ReadonlyMap<object, string> = new Map(
  CLASSES.map((name) => {
    const { prototype } = (globalThis as unknown as Record<string, { readonly prototype: object }>)[name] as {
      readonly prototype: object;
    };
    return [prototype, `${name}.prototype`] as const;
  }),
);

/** What an object of the language is called from which instances of one of its classes inherit; undefined for any other. */
export function languagePrototype(value: object): string | undefined {
  return PROTOTYPES.get(value);
}

/** What an object is known as, if it is more than its properties. */
export function namedObject(value: object): { readonly name: string; readonly isFixed: boolean } | undefined {
  return OBJECTS.get(value);
}

/** What an object with the prototype of plain objects is known as, if it is more than its properties. */
export function knownObject(value: object): { readonly name: string; readonly isFixed: boolean } | undefined {
  // All but the environment say by this symbol what they are, and most objects do not.
  if (!(Symbol.toStringTag in value) && value !== ENVIRONMENT) return undefined;
  return OBJECTS.get(value);
}
