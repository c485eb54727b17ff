/**
 * Whether a table from another machine (src/codec/graph.ts) is one that the reader can put together: every number leads to something that
 * is there, every node is of a known form, and no name sets a prototype. Some tables of the codec's own are refused, too, which is rare
 * and costs a miss: those with accessors, weak collections, unique symbols as names, views of memory of others, and functions of the
 * language and of Node (`eval` is one of them, and so are those that start processes).
 */
import { wordsFor } from "../../value/boolean-bits.ts";
import { INTEGRITY } from "../../value/integrity.ts";
import { FLAG } from "../../value/property-flags.ts";
import { WELL_KNOWN } from "../../value/well-known.ts";
import { CLASSES, CONSTANTS, type Graph, HEAD, HEAD_BITS, KIND, TAG, TAG_BITS } from "../graph.ts";

const HEAD_MASK = (1 << HEAD_BITS) - 1;
const TAG_MASK = (1 << TAG_BITS) - 1;
const MOST_FLAGS = 7;
const LONGEST_ARRAY = 2 ** 32 - 1;
/** Bytes that memory may be resized to. */
const LARGEST_MEMORY = 2 ** 28;
/** How many words a node has for each of its count, by the kind of its head; other kinds are treated one by one. */
const WORDS_EACH: ReadonlyMap<number, number> = new Map<number, number>([
  [HEAD.values, 1],
  [HEAD.holeyValues, 1],
  [HEAD.items, 1],
  [HEAD.set, 1],
  [HEAD.map, 2],
]);
const VIEWS: ReadonlyMap<string, number> = new Map([
  ...["Int8Array", "Uint8Array", "Uint8ClampedArray", "Buffer", "DataView"].map((name) => [name, 1] as const),
  ...["Int16Array", "Uint16Array", "Float16Array"].map((name) => [name, 2] as const),
  ...["Int32Array", "Uint32Array", "Float32Array"].map((name) => [name, 4] as const),
  ...["Float64Array", "BigInt64Array", "BigUint64Array"].map((name) => [name, 8] as const),
]);
const symbolNames = new Set<unknown>(WELL_KNOWN.values());

type List = readonly unknown[];
type Blocks = Pick<Graph, "singles" | "numbers" | "integers" | "words">;

/** How many properties a table has. */
const PARTS = 13;

/**
 * @param table whose blocks are known to be blocks; of the rest, nothing is known
 * @param mayChange whether it may name bindings that are assigned to, and entries of weak collections
 */
export function graphFits(table: Graph, mayChange: boolean): boolean {
  const { root, count, outer, shapes, texts, bigints, others, places, weak } = table as Record<keyof Graph, unknown>;
  const lists = [outer, shapes, texts, bigints, others, places, weak];
  if (Object.keys(table).length !== PARTS) return false;
  if (!isCount(count, table.words.length) || !lists.every(Array.isArray)) return false;
  const fit = new Fit(count, outer as List, shapes as List, others as List, table);
  return (
    (mayChange || (weak as List).length === 0) &&
    (mayChange || !(outer as List).some((one) => Array.isArray(one) && one[0] === "binding")) &&
    (texts as List).every((text) => typeof text === "string") &&
    (bigints as List).every((one) => typeof one === "bigint") &&
    fit.all(root, texts as List, bigints as List, places as List)
  );
}

function isCount(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

class Fit {
  readonly #count: number;
  readonly #outer: List;
  readonly #shapes: List;
  readonly #others: List;
  readonly #blocks: Blocks;
  /** Nodes that are memory, by their number. */
  readonly #memory = new Map<number, Uint8Array>();

  constructor(count: number, outer: List, shapes: List, others: List, blocks: Blocks) {
    this.#count = count;
    this.#outer = outer;
    this.#shapes = shapes;
    this.#others = others;
    this.#blocks = blocks;
  }

  all(root: unknown, texts: List, bigints: List, places: List): boolean {
    return (
      this.#outer.every(isOuter) &&
      this.#shapes.every((shape) => this.#isShape(shape)) &&
      this.#takeMemory(places) &&
      this.#areNodes(texts.length, bigints.length, places) &&
      this.#others.every((node) => this.#isOther(node)) &&
      this.#isItem(root)
    );
  }

  #isShape(shape: unknown): boolean {
    if (typeof shape !== "object" || shape === null || Object.keys(shape).length !== 4) return false;
    const { chain, keys, flags, integrity } = shape as Record<string, unknown>;
    if (!Array.isArray(chain) || !Array.isArray(keys) || !Array.isArray(flags)) return false;
    const names = keys.map((key: unknown) => (typeof key === "string" ? key : this.#symbol(key)));
    return (
      chain.every((link) => (typeof link === "string" ? CLASSES.has(link) : isCount(link, this.#outer.length - 1))) &&
      keys.length === flags.length &&
      flags.every((flag) => isCount(flag, MOST_FLAGS) && (flag & FLAG.accessor) === 0) &&
      isCount(integrity, INTEGRITY.frozen) &&
      !names.includes(null) &&
      !names.includes("__proto__") &&
      new Set(names).size === names.length
    );
  }

  /** A text for a symbol that is the same in every process; null for anything else: an object as a name would run code when it becomes a text. */
  #symbol(key: unknown): string | null {
    const index = this.#pointer(key);
    if (index === null || index >= 0) return null;
    const [type, name] = this.#outer[-1 - index] as [string, unknown];
    return type === "well-known symbol" || type === "registered symbol" ? `${type} ${String(name)}` : null;
  }

  #takeMemory(places: List): boolean {
    if (places.length !== this.#others.length) return false;
    return this.#others.every((node, index) => {
      if (!Array.isArray(node)) return false;
      if (node[0] === KIND.buffer && node[3] instanceof Uint8Array && node[4] === null) {
        this.#memory.set(places[index] as number, node[3]);
      }
      return true;
    });
  }

  /** Whether all nodes are well formed, from the last to the first, as the reader takes them. */
  #areNodes(texts: number, bigints: number, places: List): boolean {
    const { words, numbers, integers, singles } = this.#blocks;
    const most = {
      [TAG.number]: singles.length,
      [TAG.largeInteger]: singles.length,
      [TAG.text]: texts,
      [TAG.node]: this.#count,
      [TAG.outer]: this.#outer.length,
      [TAG.constant]: CONSTANTS.length,
      [TAG.bigint]: bigints,
    };
    const isWord = (word: number) => {
      const tag = (word & TAG_MASK) as (typeof TAG)[keyof typeof TAG];
      return tag === TAG.integer || word >>> TAG_BITS < most[tag];
    };
    let at = words.length;
    let numbersAt = numbers.length;
    let integersAt = integers.length;
    let others = 0;
    for (let node = this.#count - 1; node >= 0; node--) {
      if (--at < 0) return false;
      const head = words[at] as number;
      const kind = head & HEAD_MASK;
      const count = head >>> HEAD_BITS;
      let taken = (WORDS_EACH.get(kind) ?? 0) * count;
      if (kind === HEAD.numbers || kind === HEAD.holeyNumbers) numbersAt -= count;
      else if (kind === HEAD.integers || kind === HEAD.holeyIntegers) integersAt -= count;
      else if (kind === HEAD.record) taken = this.#width(count);
      else if (kind === HEAD.booleans || kind === HEAD.holeyBooleans) taken = wordsFor(count);
      else if (kind === HEAD.other) {
        if (places[count] !== node) return false;
        others++;
      } else if (!WORDS_EACH.has(kind)) return false;
      at -= taken;
      if (at < 0 || numbersAt < 0 || integersAt < 0) return false;
      if (kind === HEAD.booleans || kind === HEAD.holeyBooleans) continue;
      for (let i = at; i < at + taken; i++) if (!isWord(words[i] as number)) return false;
    }
    return at === 0 && numbersAt === 0 && integersAt === 0 && others === this.#others.length;
  }

  /** How many values objects of a shape have; infinitely many if there is no such shape, so that they do not fit. */
  #width(shape: number): number {
    const found = this.#shapes[shape] as { readonly keys: List } | undefined;
    return found?.keys.length ?? Number.POSITIVE_INFINITY;
  }

  #isOther(node: unknown): boolean {
    const [kind, shape, values, ...rest] = node as [unknown, unknown, unknown, ...unknown[]];
    if (!isCount(shape, this.#shapes.length - 1) || !Array.isArray(values)) return false;
    if (values.length !== this.#width(shape) || !this.#areItems(values)) return false;
    const { keys, integrity } = this.#shapes[shape] as { readonly keys: List; readonly integrity: number };
    // Elements of a view can be neither sealed nor frozen: V8 would throw.
    const mayBeView = integrity <= INTEGRITY.fixed && !keys.some((key) => typeof key === "string" && isIndex(key));
    const has = (test: (name: string) => boolean) => keys.some((key) => typeof key === "string" && test(key));
    switch (kind) {
      case KIND.array:
        return rest.length === 4 && this.#isArray(rest) && !has((name) => name === "length");
      case KIND.map:
        return rest.length === 1 && this.#areItems(rest[0]) && (rest[0] as List).length % 2 === 0;
      case KIND.set:
        return rest.length === 1 && this.#areItems(rest[0]);
      case KIND.date:
        return rest.length === 1 && typeof rest[0] === "number";
      case KIND.regexp:
        return rest.length === 4 && this.#isRegExp(rest) && !has((name) => name === "lastIndex");
      case KIND.error:
        return rest.length === 0;
      case KIND.boxed:
        return rest.length === 1 && this.#isBoxable(rest[0]) && !has((name) => name === "length" || isIndex(name));
      case KIND.buffer:
        return rest.length === 2 && isMemory(rest);
      case KIND.view:
        return rest.length === 4 && mayBeView && this.#isView(rest);
      case KIND.piece:
        return rest.length === 1 && mayBeView && rest[0] instanceof Uint8Array;
      default:
        return false;
    }
  }

  #isArray([length, isLengthFixed, elements, isHoley]: List): boolean {
    if (!isCount(length, LONGEST_ARRAY) || typeof isLengthFixed !== "boolean" || typeof isHoley !== "boolean")
      return false;
    return elements === null || (this.#areItems(elements) && (elements as List).length === length);
  }

  #isRegExp([source, flags, lastIndex, isFixed]: List): boolean {
    if (typeof source !== "string" || typeof flags !== "string" || typeof isFixed !== "boolean") return false;
    if (!this.#isItem(lastIndex)) return false;
    try {
      return new RegExp(source, flags) instanceof RegExp;
    } catch {
      return false;
    }
  }

  #isBoxable(item: unknown): boolean {
    if (Array.isArray(item)) return this.#symbol(item) !== null;
    return item !== undefined && item !== null && this.#isItem(item);
  }

  #isView([name, buffer, offset, length]: List): boolean {
    const size = VIEWS.get(name as string);
    const index = this.#pointer(buffer);
    const bytes = index === null ? undefined : this.#memory.get(index);
    if (size === undefined || bytes === undefined) return false;
    if (!isCount(offset, bytes.length) || offset % size !== 0) return false;
    return isCount(length, (bytes.length - offset) / size);
  }

  #areItems(items: unknown): boolean {
    return Array.isArray(items) && items.every((item) => this.#isItem(item));
  }

  #isItem(item: unknown): boolean {
    return typeof item === "object" && item !== null ? this.#pointer(item) !== null : typeof item !== "function";
  }

  /** The number in a pointer, if something is there; else null. */
  #pointer(item: unknown): number | null {
    if (!Array.isArray(item) || item.length !== 1 || !Number.isInteger(item[0]) || Object.is(item[0], -0)) return null;
    const index = item[0] as number;
    return index < this.#count && -1 - index < this.#outer.length ? index : null;
  }
}

function isOuter(one: unknown): boolean {
  if (!Array.isArray(one)) return false;
  const [type, what, code] = one as List;
  switch (type) {
    case "well-known symbol":
      return one.length === 2 && symbolNames.has(what);
    case "registered symbol":
      return one.length === 2 && typeof what === "string";
    case "seen":
    case "binding":
      return one.length === 2 && isCount(what, LONGEST_ARRAY);
    case "function":
      return one.length === 3 && isCount(what, LONGEST_ARRAY) && typeof code === "string";
    default:
      return false;
  }
}

function isMemory([bytes, most]: List): boolean {
  if (!(bytes instanceof Uint8Array)) return false;
  return most === null || (isCount(most, LARGEST_MEMORY) && most >= bytes.length);
}

/** Whether a name may be that of an element of a view, or of a character of a boxed text. */
function isIndex(name: string): boolean {
  return /^-?[\dIN]/.test(name);
}
