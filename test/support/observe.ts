/** All that a program can see of a value, as text. Nothing is compared with `deepEqual`, which forgives. */
import assert from "node:assert/strict";
import { types } from "node:util";

/** Symbols and functions that are the same for the value's maker and the one who gets it; prototypes by their class. */
export type Names = ReadonlyMap<unknown, string>;

const UNBOX = [String, Number, Boolean, BigInt, Symbol].map(({ prototype }) => prototype.valueOf as () => unknown);

/** Prototypes, attributes, extensibility, slots, order, holes, identity; and `-0`. */
export function observe(root: unknown, names: Names = new Map()): string {
  const seen = new Map<object, number>();
  const lines: string[] = [];
  const symbol = (value: symbol) =>
    Symbol.keyFor(value) !== undefined || String(value).startsWith("Symbol(Symbol.")
      ? String(value)
      : (names.get(value) ?? "a foreign symbol");
  const prototypeName = (prototype: object | null): string => {
    if (prototype === null) return "no prototype";
    const { constructor } = prototype as { constructor?: { name: string; prototype: unknown } };
    if (constructor?.prototype !== prototype) return names.get(prototype) ?? "a foreign prototype";
    const known = names.get(constructor);
    if (known !== undefined) return known;
    const isOurs = (globalThis as unknown as Record<string, unknown>)[constructor.name] === constructor;
    return isOurs ? constructor.name : "a foreign prototype";
  };
  const see = (value: unknown): string => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
    if (typeof value === "string")
      return `"${[...Array(value.length).keys()].map((i) => value.charCodeAt(i)).join(" ")}"`;
    if (typeof value === "symbol") return symbol(value);
    if (typeof value === "function") return names.get(value) ?? "a foreign function";
    if (typeof value !== "object" || value === null) return String(value);
    if (names.has(value)) return names.get(value) as string;
    const known = seen.get(value);
    if (known !== undefined) return `#${known}`;
    const number = seen.size;
    seen.set(value, number);
    const parts = [prototypeName(Object.getPrototypeOf(value)), slots(value, see)];
    parts.push(Object.isExtensible(value) ? "" : "not extensible");
    for (const key of Reflect.ownKeys(value)) {
      const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
      const flags = `${descriptor.writable}${descriptor.enumerable}${descriptor.configurable}`;
      const content = "value" in descriptor ? see(descriptor.value) : `${see(descriptor.get)} ${see(descriptor.set)}`;
      parts.push(`${typeof key === "symbol" ? symbol(key) : key} ${flags} ${content}`);
    }
    lines.push(`#${number}: ${parts.join(" | ")}`);
    return `#${number}`;
  };
  const top = see(root);
  return [top, ...lines].join("\n");
}

/** What only a built-in method can see. */
function slots(value: object, see: (part: unknown) => string): string {
  const parts: string[] = [];
  if (Array.isArray(value)) parts.push("array");
  if (types.isMap(value)) {
    parts.push("map");
    Map.prototype.forEach.call(value, (item, key) => parts.push(`${see(key)} => ${see(item)}`));
  }
  if (types.isSet(value)) {
    parts.push("set");
    Set.prototype.forEach.call(value, (item) => parts.push(see(item)));
  }
  if (types.isDate(value)) parts.push("date", String(Date.prototype.getTime.call(value)));
  if (types.isRegExp(value)) parts.push("regexp", value.source, value.flags);
  if (types.isNativeError(value)) parts.push("error");
  if (types.isArgumentsObject(value)) parts.push("arguments");
  if (types.isPromise(value)) parts.push("promise");
  if (types.isBoxedPrimitive(value)) {
    for (const unbox of UNBOX) {
      try {
        parts.push("boxed", see(unbox.call(value)));
      } catch {
        // Another type.
      }
    }
  }
  if (types.isAnyArrayBuffer(value)) {
    const { resizable = false, maxByteLength } = value as { resizable?: boolean; maxByteLength?: number };
    parts.push(`${value.byteLength} ${resizable} ${maxByteLength ?? value.byteLength}`);
    parts.push(Buffer.from(value as ArrayBuffer).toString("hex"));
  }
  if (ArrayBuffer.isView(value)) {
    // By the built-in getters: a class may have others.
    const from = types.isDataView(value) ? DataView.prototype : Object.getPrototypeOf(Uint8Array.prototype);
    const get = (key: PropertyKey) => Object.getOwnPropertyDescriptor(from, key)?.get?.call(value) as unknown;
    parts.push(types.isDataView(value) ? "DataView" : String(get(Symbol.toStringTag)));
    parts.push(`${get("byteOffset")} ${get("byteLength")} ${see(get("buffer"))}`);
  }
  return parts.join(" ");
}

/** Compares what is seen of two values; the message shows only where they part (a diff of long texts takes minutes). */
export function same(actual: unknown, expected: string, names?: Names, message = ""): void {
  const got = observe(actual, names);
  if (got === expected) return;
  let at = 0;
  while (got[at] === expected[at]) at++;
  assert.fail(`${message} sees …${got.slice(at, at + 60)}… instead of …${expected.slice(at, at + 60)}…`);
}
