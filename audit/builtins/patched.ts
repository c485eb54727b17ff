/**
 * Watches whether the program has replaced built-ins. If it has, nothing is cached, because nobody knows what a replacement reads. A
 * thorough look (0.5 ms) compares all of them with what they were before the program ran, and judges those that were replaced before that
 * by their texts; it is due when modules were loaded. A quick look compares with what the last thorough look found; it is due at each
 * call, because any code can assign to a method.
 */
import type { ProgramCause } from "../../src/reason/reason.ts";
import { isPureMember, pureGlobalNames } from "../scan/allow-list.ts";
import { HIDDEN } from "./names.ts";
import { globalOf, isNative, LAZY, NODE_WRITTEN } from "./natives.ts";
import { sinceStart } from "./originals.ts";
import { takenFunctions } from "./pure-modules.ts";

/**
 * Prototypes whose members every quick look counts. Of other objects, it sees enumerable members that were added, as assignments do: V8
 * remembers that there is nothing to enumerate. The rest is counted now and then.
 */
const COMMON: readonly object[] = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
/** Globals by whose names code finds pure functions. */
const GLOBALS: readonly string[] = [...pureGlobalNames, "Function"];
/** Keys whose function has another name, because the language has it under two keys. */
const ALIASES = new Map<PropertyKey, string>([
  ["arguments", ""],
  ["caller", ""],
  ["trimLeft", "trimStart"],
  ["trimRight", "trimEnd"],
  ["toGMTString", "toUTCString"],
  ["keys", "values"],
]);
/** Programs set and delete it on `Error`, and recorded calls take it as it is. */
const LIMIT_OF_TRACES = "stackTraceLimit";
/** After so many quick looks, code is made for them: it takes a moment to make, and saves time at each further look. */
const LOOKS_BEFORE_CODE = 100;
/** Once in so many milliseconds, a quick look counts the members of all built-ins: that takes 0.1 ms. */
const COUNT_ALL = 10;

const { getOwnPropertyDescriptor, getOwnPropertyDescriptors, getPrototypeOf, hasOwn, is } = Object;
const { ownKeys } = Reflect;

/** A member as the last thorough look found it. */
interface Slot {
  readonly holder: object;
  readonly key: PropertyKey;
  readonly path: string;
  readonly value: unknown;
  /** Of an accessor: the value is its getter. */
  readonly set?: unknown;
}

/** A built-in object as it was before the program ran. */
interface Early {
  readonly path: string;
  readonly parent: object | null;
  readonly keys: readonly PropertyKey[];
  readonly properties: Readonly<Record<PropertyKey, PropertyDescriptor>>;
}

/** A built-in object without enumerable members, and what it inherits from. */
interface Bare {
  readonly holder: object;
  readonly parent: object | null;
}

/** How the members of a built-in object have changed. `isHarmless`: nothing but code that has the object as a value can notice. */
interface Change {
  readonly cause: ProgramCause;
  readonly member: string;
  readonly isHarmless: boolean;
}

export class BuiltinWatch {
  readonly #isOurs: (fn: object) => boolean;
  /** The members of built-in objects before the program ran. */
  readonly #members = new Map<object, Early>();
  readonly #bare: Bare[] = [];
  /** When the members of all built-ins were counted last, in milliseconds since the process started. */
  #countedAt = Number.NEGATIVE_INFINITY;
  #added: string | null = null;
  /** Globals before the program ran: one of another realm has the same name, and is native as well. */
  readonly #globals = new Map<string, unknown>();
  /** Methods and constructors of the language. */
  readonly #language: Slot[] = [];
  /** The same, and pure functions of the modules that the program has. */
  #data: readonly Slot[] = [];
  readonly #getters: Slot[] = [];
  #looks = 0;
  #compiled: (() => boolean) | null = null;

  /** @param isOurs whether a function is one of dumbo's own taps */
  constructor(isOurs: (fn: object) => boolean) {
    this.#isOurs = isOurs;
  }

  /** Notes what there is. To be called before the program runs. Cost: 0.3 ms. */
  start(): void {
    const early = (name: string) => LAZY.get(name) ?? globalOf(name);
    for (const name of GLOBALS) this.#globals.set(name, early(name));
    for (const [path, holder] of holders(early)) {
      const parent = getPrototypeOf(holder) as object | null;
      const properties = getOwnPropertyDescriptors(holder);
      this.#members.set(holder, { path, parent, keys: keysOf(holder), properties });
      const bare: Bare = { holder, parent };
      if (!COMMON.includes(holder) && !isNamespace(holder) && isStillBare(bare)) this.#bare.push(bare);
    }
  }

  /**
   * A member that the program has added to a namespace (`Reflect.metadata`), or null. The language does not read it, so it matters only
   * to code that has the namespace as a value.
   */
  get added(): string | null {
    return this.#added;
  }

  /** A thorough look: what the program did to built-ins, or null. Cost: 0.5 ms the first time, then 0.1 ms. */
  lookClosely(): ProgramCause | null {
    const change = this.#changeOfMembers() ?? (this.#language.length === 0 ? this.#judge() : this.#changeOfNoted());
    if (change !== null) return change;
    const data = [...this.#language];
    for (const slot of takenFunctions()) {
      if (Reflect.get(slot.holder, slot.key) !== slot.value) return replaced(slot.path);
      data.push(slot);
    }
    this.#data = data;
    this.#compiled = null;
    return null;
  }

  /** Judges each function of the language, and notes it for all later looks. */
  #judge(): ProgramCause | null {
    for (const name of GLOBALS) {
      const value = globalOf(name);
      if (!is(value, this.#globals.get(name))) return replaced(name);
      if (typeof value !== "function" && typeof value !== "object") continue;
      if (!NODE_WRITTEN.has(name) && this.#isForeign(value, name)) return replaced(name);
      // The value behind a getter is not read: Node would make it then.
      const getter = getOwnPropertyDescriptor(globalThis, name)?.get;
      if (getter) this.#getters.push({ holder: globalThis, key: name, path: "globalThis", value: getter });
      else this.#language.push({ holder: globalThis, key: name, path: name, value });
    }
    for (const [path, holder] of holders(globalOf)) {
      for (const key of ownKeys(holder)) {
        // A member that the scan forbids may be replaced. Those of `Buffer` may not: `Buffer.concat` calls `Buffer.allocUnsafe`.
        const isForbidden = typeof key === "string" && Object.hasOwn(globalThis, path) && !isPureMember(path, key);
        if (isForbidden && path !== "Buffer") continue;
        const found = this.#note(holder, key, path);
        if (found !== null) return replaced(found);
      }
    }
    return null;
  }

  /** A quick look: what the program did since the last thorough look, or null. Cost: 12 us, 4 us once code is made for it. */
  look(): ProgramCause | null {
    if (this.#looks++ === LOOKS_BEFORE_CODE) this.#compiled = compiled(this.#data);
    const change = this.#changeOfNoted();
    if (change !== null) return change;
    for (const holder of COMMON) {
      if (ownKeys(holder).length !== this.#members.get(holder)?.keys.length)
        return this.#changeIn(holder)?.cause ?? null;
    }
    return this.#isBare() && sinceStart() - this.#countedAt < COUNT_ALL ? null : this.#changeOfMembers();
  }

  /** What stands in the place of a function or getter that was noted, or null. */
  #changeOfNoted(): ProgramCause | null {
    if (!(this.#compiled ? this.#compiled() : this.#isSame())) return replaced(this.#replaced());
    for (const { holder, key, path, value, set } of this.#getters) {
      const property = getOwnPropertyDescriptor(holder, key);
      if (property?.get === value && (holder === globalThis || property?.set === set)) continue;
      const isMade = holder === globalThis && property !== undefined && property.value === LAZY.get(String(key));
      if (!isMade) return replaced(memberPath(path, key));
    }
    return null;
  }

  /** Whether nothing was added to built-ins by assignment, and each inherits from what it did. */
  #isBare(): boolean {
    const all = this.#bare;
    for (let i = 0; i < all.length; i++) if (!isStillBare(all[i] as Bare)) return false;
    return true;
  }

  /** What built-ins have or inherit from that they did not before the program ran, or no longer; null if that changes nothing for any call. */
  #changeOfMembers(): ProgramCause | null {
    this.#countedAt = sinceStart();
    for (const [holder, { path, parent }] of this.#members) {
      if (getPrototypeOf(holder) !== parent) return replaced(`Object.getPrototypeOf(${path})`);
      const change = this.#changeIn(holder);
      if (change === null) continue;
      if (!change.isHarmless) return change.cause;
      this.#added ??= change.member;
    }
    return null;
  }

  /** How the members of a built-in object differ from those that it had before the program ran; null if they do not. */
  #changeIn(holder: object): Change | null {
    const { path, keys } = this.#members.get(holder) as Early;
    const now = keysOf(holder);
    if (now.length === keys.length && now.every((key, i) => key === keys[i])) return null;
    const gone = keys.find((key) => !now.includes(key as string | symbol));
    if (gone !== undefined) {
      const member = memberPath(path, gone);
      return { cause: { kind: "removed-member", name: member }, member, isHarmless: false };
    }
    const added = now.filter((key) => !keys.includes(key));
    const [first] = added;
    if (first === undefined) return null;
    const member = memberPath(path, first);
    // The scan may let code pass that reads the new member, if some version of Node has one of this name.
    const isListed = added.some((key) => typeof key === "string" && isPureMember(path, key));
    const cause: ProgramCause = { kind: "added-built-in", name: member };
    return { cause, member, isHarmless: isNamespace(holder) && !isListed };
  }

  /** Notes a member for the quick looks. @returns its path if it was replaced, else null */
  #note(holder: object, key: PropertyKey, path: string): string | null {
    const property = getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
    const { value, get, set } = property;
    const isNodes = NODE_WRITTEN.has(path.split(".")[0] as string);
    const full = memberPath(path, key);
    if (this.#isNoLonger(holder, key, property)) return full;
    if (!isNodes && (this.#isOtherKind(property, key, path) || this.#isForeign(value, key))) return full;
    if (!isNodes && (this.#isForeign(get, key) || this.#isForeign(set, key))) return full;
    if (typeof value === "function") this.#language.push({ holder, key, path: full, value });
    else if (get) this.#getters.push({ holder, key, path, value: get, set });
    return null;
  }

  /** Whether there is a value where the language has a function. The language's own values are not writable, but for a few. */
  #isOtherKind({ value, writable }: PropertyDescriptor, key: PropertyKey, path: string): boolean {
    if (writable !== true || typeof value === "function") return false;
    const isOfPrototype = path.endsWith(".prototype") || !Object.hasOwn(globalThis, path);
    return !(isOfPrototype && (key === "length" || key === "name" || key === "message"));
  }

  /** Whether there was another function before the program ran. Members that were added later are not judged by that. */
  #isNoLonger(holder: object, key: PropertyKey, { value, get, set }: PropertyDescriptor): boolean {
    const { properties } = this.#members.get(holder) ?? {};
    const before = properties && hasOwn(properties, key) ? properties[key] : undefined;
    if (before === undefined) return false;
    if (typeof before.value === "function") return value !== before.value;
    return before.get !== get || before.set !== set;
  }

  #isSame(): boolean {
    const slots = this.#data;
    for (let i = 0; i < slots.length; i++) {
      const { holder, key, value } = slots[i] as Slot;
      if ((holder as Record<PropertyKey, unknown>)[key] !== value) return false;
    }
    return true;
  }

  #replaced(): string {
    // No methods of arrays are called here and above: the program may have replaced them, and may count their calls.
    const slots = this.#data;
    for (let i = 0; i < slots.length; i++) {
      const { holder, key, path, value } = slots[i] as Slot;
      if ((holder as Record<PropertyKey, unknown>)[key] !== value) return path;
    }
    return "a built-in";
  }

  /** Whether a function is not the language's own for this key: it has a source, was made by `bind`, or is another method. */
  #isForeign(value: unknown, key: PropertyKey): boolean {
    if (typeof value !== "function" || this.#isOurs(value)) return false;
    const name = String(getOwnPropertyDescriptor(value, "name")?.value).replace(/^[gs]et /, "");
    const isNamed = typeof key === "symbol" ? !name.startsWith("bound ") : name === key || ALIASES.get(key) === name;
    return !isNative(value) || (key !== "constructor" && !isNamed);
  }
}

/** The keys of a built-in object whose coming and going is noticed. */
function keysOf(holder: object): readonly PropertyKey[] {
  const keys = ownKeys(holder);
  return holder === Error ? keys.filter((key) => key !== LIMIT_OF_TRACES) : keys;
}

function isStillBare({ holder, parent }: Bare): boolean {
  // What the program has put above could be a Proxy, whose code would run.
  if (getPrototypeOf(holder) !== parent) return false;
  for (const _ in holder) return false;
  return true;
}

/** The program's own namespaces, of which dumbo's code uses copies (src/node/globals.ts). */
const NAMESPACES: ReadonlySet<object> = new Set([
  globalThis.Math,
  globalThis.JSON,
  globalThis.Reflect,
  globalThis.Intl,
]);

/** Whether an object only holds functions, and nothing inherits from it. */
function isNamespace(holder: object): boolean {
  return NAMESPACES.has(holder);
}

function replaced(name: string): ProgramCause {
  return { kind: "replaced-built-in", name };
}

function memberPath(path: string, key: PropertyKey): string {
  return `${path}.${String(key)}`;
}

function* holders(globalOf: (name: string) => unknown): Generator<readonly [path: string, holder: object]> {
  for (const name of pureGlobalNames) {
    const global = globalOf(name);
    if ((typeof global !== "function" && typeof global !== "object") || global === null) continue;
    // The properties of a function that is no constructor are part of the keys of calls that can look at it.
    if (typeof global === "function" && !Object.hasOwn(global, "prototype") && name !== "Proxy") continue;
    yield [name, global];
    const prototype = getOwnPropertyDescriptor(global, "prototype")?.value as object | undefined;
    if (prototype) yield [`${name}.prototype`, prototype];
  }
  for (const [path, formatter] of Object.entries(Object.getOwnPropertyDescriptors(Intl))) {
    const prototype =
      typeof formatter.value === "function" ? (formatter.value.prototype as object | undefined) : undefined;
    if (prototype) yield [`Intl.${path}.prototype`, prototype];
  }
  yield* HIDDEN;
}

/** The quick look as code without a loop, which V8 optimises well (0.1 us); null if no code may be made of texts. */
function compiled(slots: readonly Slot[]): (() => boolean) | null {
  const objects = [...new Set(slots.map(({ holder }) => holder))];
  const names = (list: string, count: number) => Array.from({ length: count }, (_, i) => `${list}${i}=${list}[${i}]`);
  const compare = slots.map(({ holder, key }, i) => {
    const name = typeof key === "string" ? JSON.stringify(key) : `k${i}`;
    return `o${objects.indexOf(holder)}[${name}]===v${i}`;
  });
  const declared = [...names("o", objects.length), ...names("v", slots.length), ...names("k", slots.length)];
  const body = `const ${declared.join()};return()=>${compare.join("&&")}`;
  const parameters = [objects, slots.map(({ value }) => value), slots.map(({ key }) => key)];
  try {
    return new Function("o", "v", "k", body)(...parameters) as () => boolean;
  } catch {
    return null;
  }
}
