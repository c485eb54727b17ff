/** Generated values: descriptions of them, from which a value is made, twice if need be, and with a change in one place. */
import fc from "fast-check";

export class Point {}

/** What a value is made from: few choices, so that two of them are often alike. */
export type Spec =
  | { readonly kind: "leaf"; readonly value: unknown }
  /** One of the objects made before, if there is one. */
  | { readonly kind: "again"; readonly index: number }
  | { readonly kind: "object"; readonly root: Root; readonly items: readonly Item[]; readonly integrity: Integrity };
type Root = "plain" | "null" | "Point" | "array" | "map" | "set";
type Integrity = "open" | "fixed" | "sealed" | "frozen";
interface Item {
  readonly key: string | symbol;
  readonly flags: number;
  readonly value: Spec;
}

const LEAVES = [
  ...[0, -0, 1, -1, 255, 256, 65536, 2 ** 31, -(2 ** 31), 1.5, Number.NaN, 1n, null, undefined, true, false],
  ...[
    "",
    "\0",
    "a",
    "ab",
    "ba",
    "\u00ff",
    "\u0100",
    "x".repeat(64),
    "x".repeat(65),
    `${"x".repeat(64)}\u0100`,
    "\ud800",
  ],
  ...[Symbol.iterator, Symbol.for("a")],
];
const KEYS = ["a", "b", "ab", "0", "1", "length ", "\0", "\u0100", Symbol.for("a")];
const leaf = fc.constantFrom<unknown>(...LEAVES);
const mostly = <T>(usual: T, ...others: T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
export const { spec } = fc.letrec<{ spec: Spec }>((tie) => ({
  spec: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({ kind: fc.constant("leaf" as const), value: leaf }),
    fc.record({ kind: fc.constant("again" as const), index: fc.nat(2) }),
    fc.record({
      kind: fc.constant("object" as const),
      root: fc.constantFrom<Root>("plain", "plain", "array", "array", "null", "Point", "map", "set"),
      items: fc.array(
        fc.record<Item>({
          key: fc.constantFrom<string | symbol>(...KEYS),
          flags: mostly(7, 0, 1, 2, 3, 4, 5, 6),
          value: tie("spec"),
        }),
        { maxLength: 4 },
      ),
      integrity: mostly<Integrity>("open", "fixed", "sealed", "frozen"),
    }),
  ),
}));

const ROOTS: Record<Root, () => object> = {
  plain: () => ({}),
  null: () => Object.create(null) as object,
  Point: () => new Point(),
  array: () => [],
  map: () => new Map(),
  set: () => new Set(),
};
const INTEGRITIES: Record<Integrity, (value: object) => void> = {
  open: () => {},
  fixed: Object.preventExtensions,
  sealed: Object.seal,
  frozen: Object.freeze,
};

export function make(spec: Spec, made: object[] = []): unknown {
  if (spec.kind === "leaf") return spec.value;
  if (spec.kind === "again") return made[spec.index];
  const value = ROOTS[spec.root]();
  made.push(value);
  for (const { key, flags, value: inner } of spec.items) {
    const item = make(inner, made);
    if (value instanceof Map) value.set(key, item);
    else if (value instanceof Set) value.add(item);
    else {
      const attributes = { enumerable: (flags & 1) > 0, writable: (flags & 2) > 0, configurable: (flags & 4) > 0 };
      // What is there and fixed stays.
      Reflect.defineProperty(value, key, { value: item, ...attributes });
    }
  }
  INTEGRITIES[spec.integrity](value);
  return value;
}

/** The same with another value, name, attribute or object in one place. */
export function change(spec: Spec, place: number, choice: number): Spec {
  if (spec.kind === "leaf") return { ...spec, value: LEAVES[choice % LEAVES.length] };
  if (spec.kind === "again") return { ...spec, index: (spec.index + 1 + choice) % 3 };
  const { items } = spec;
  const index = place % (items.length + 1);
  const item = items[index];
  if (item === undefined) {
    const integrities = Object.keys(INTEGRITIES) as Integrity[];
    const roots = Object.keys(ROOTS) as Root[];
    if (choice % 2) return { ...spec, integrity: integrities[choice % integrities.length] as Integrity };
    return { ...spec, root: roots[choice % roots.length] as Root };
  }
  const others: readonly Item[] = [
    { ...item, key: KEYS[choice % KEYS.length] as string },
    { ...item, flags: choice % 8 },
    { ...item, value: change(item.value, Math.floor(place / (items.length + 1)), choice) },
    { ...item, value: change(item.value, Math.floor(place / (items.length + 1)), choice) },
  ];
  return { ...spec, items: items.with(index, others[choice % others.length] as Item) };
}
