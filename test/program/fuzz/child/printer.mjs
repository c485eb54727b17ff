// Writes down all that a program could see of a value: types, -0, holes, attributes, order, prototypes, frozen state,
// and which object is which, also across lines. It runs no code of the program: accessors are not read.

/** @type {Map<object, string>} */
const INTRINSICS = new Map(
  [
    ...Object.entries({
      Object,
      Array,
      Map,
      Set,
      Date,
      RegExp,
      Error,
      TypeError,
      RangeError,
      ReferenceError,
      Function,
    }),
    ...Object.entries({ Uint8Array, Float64Array, ArrayBuffer, Buffer, Promise, SyntaxError }),
  ].map(([name, one]) => /** @type {const} */ ([one.prototype, name])),
);

/** A printer for one program: it numbers the objects that it meets. */
export function makePrinter() {
  const numbers = new Map();
  /** Printed since the last line began: the rest of the line names them only. */
  let shown = new Set();

  function printLine(value) {
    shown = new Set();
    return print(value);
  }

  function print(value) {
    switch (typeof value) {
      case "number":
        return Object.is(value, -0) ? "-0" : String(value);
      case "bigint":
        return `${value}n`;
      case "string":
        return JSON.stringify(value);
      case "symbol":
        return `${String(value)}${Symbol.keyFor(value) === undefined ? "" : "'"}`;
      case "function":
      case "object":
        return value === null ? "null" : reference(value);
      default:
        return String(value);
    }
  }

  function reference(value) {
    const number = numbers.get(value) ?? numbers.size;
    numbers.set(value, number);
    if (shown.has(value)) return `#${number}`;
    shown.add(value);
    return `#${number}${inside(value)}`;
  }

  function inside(value) {
    const prototype = Object.getPrototypeOf(value);
    const kind =
      prototype === null ? "null" : (INTRINSICS.get(prototype) ?? `${nameOf(prototype)}${reference(prototype)}`);
    const state = Object.isFrozen(value) ? "!frozen" : Object.isExtensible(value) ? "" : "!fixed";
    const lines = [...slots(value, prototype), ...Reflect.ownKeys(value).flatMap((key) => property(value, key))];
    return `${kind}${state}{${lines.join(",")}}`;
  }

  function slots(value, prototype) {
    if (prototype === Map.prototype) return [...value].map(([key, item]) => `${print(key)}=>${print(item)}`);
    if (prototype === Set.prototype) return [...value].map(print);
    if (prototype === Date.prototype) return [print(value.getTime())];
    if (prototype === RegExp.prototype) return [String(value)];
    if (prototype === ArrayBuffer.prototype) return [new Uint8Array(value).join("_")];
    // Where in Node's pool a Buffer lies is chance.
    if (ArrayBuffer.isView(value) && !Buffer.isBuffer(value)) return [`@${value.byteOffset}${reference(value.buffer)}`];
    return Array.isArray(value) ? [`length ${value.length}`] : [];
  }

  function property(owner, key) {
    if (key === "length" && Array.isArray(owner)) return [];
    // Not part of what a program computes: stacks differ knowingly.
    if (key === "stack" && owner instanceof Error) return [];
    // It quotes the text of a function, in which a guard stands.
    if (
      key === "message" &&
      owner instanceof Error &&
      /\{|=>/.test(String(Object.getOwnPropertyDescriptor(owner, key)?.value))
    )
      return [];
    // Where it stands, the text of a function is the loader's.
    const { value, get, set, enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(owner, key) ?? {};
    const flags = `${enumerable ? "" : "e"}${get || set || writable ? "" : "w"}${configurable ? "" : "c"}`;
    const shown = get || set ? `get ${get?.name} set ${set?.name}` : print(value);
    return [`${print(key)}${flags ? `~${flags}` : ""}:${shown}`];
  }

  return printLine;
}

function nameOf(prototype) {
  const constructor = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof constructor === "function" ? constructor.name : "";
}
