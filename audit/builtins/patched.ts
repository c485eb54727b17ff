/**
 * Watches whether the program has replaced built-ins. If it has, nothing is cached, because nobody knows what a replacement reads. What
 * it has added is a part of each key, if it is plain (audit/builtins/added-members.ts).
 *
 * A thorough look (0.5 ms) compares all of them with what they were before the program ran, and judges those that were replaced before that
 * by their texts; it is due when modules were loaded. A quick look compares with what the last thorough look found; it is due at each
 * call, because any code can assign to a method.
 */

import type { BuiltInChange } from "../../src/code/reach-context.ts";
import type { ProgramCause } from "../../src/reason/reason.ts";
import { isPureMember, pureGlobalNames } from "../scan/allow-list.ts";
import { AddedMembers, changedAttributes, changedData, isPlainMember, isPlainValue } from "./added-members.ts";

import { asAtStart, noteStart } from "./as-at-start.ts";
import {
  countShown,
  type EarlyObject,
  hasEarlyKeys,
  isBare,
  noteEarlyObject,
  shows,
  showsAsEarly,
  watchedKeys,
} from "./early-members.ts";

import { keepFast } from "./keep-fast.ts";
import { moduleObjects, noteProcess } from "./module-objects.ts";
import { globalOf, isNative, LAZY, NODE_WRITTEN } from "./natives.ts";
import { sinceStart } from "./originals.ts";
import { memberPath, PristineFunctions } from "./pristine-functions.ts";
import { type Member, SameMembers } from "./same-members.ts";
import { syncedChange } from "./synced-exports.ts";
import { isNamespace, watchedObjects } from "./watched-objects.ts";

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
/** After so many quick looks, code is made for them: it takes a moment to make, and saves time at each further look. */
const LOOKS_BEFORE_CODE = 100;
/** Objects of modules with more members than this are looked at when all are counted. */
const MANY = 50;
/** Once in so many milliseconds, a quick look counts the members of all built-ins: that takes 0.1 ms. */
const COUNT_ALL = 10;

const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn, is, isExtensible } = Object;
const { ownKeys } = Reflect;

/** A built-in object, and how many members it had when they were last counted. */
interface Counted {
  readonly early: EarlyObject;
  readonly count: number;
  readonly isExtensible: boolean;
}

/** How a built-in object has changed. `harmless`: nothing but code that has the object as a value can notice. */
type Change =
  | { readonly kind: "refused"; readonly cause: ProgramCause }
  | { readonly kind: "harmless"; readonly member: string }
  | { readonly kind: "keyed"; readonly changes: readonly BuiltInChange[] };

export class BuiltinWatch {
  readonly #isOurs: (fn: object) => boolean;
  /** The members of built-in objects before the program ran. */
  readonly #members = new Map<object, EarlyObject>();
  /** The same, each after all that it inherits from. Walked without methods, which the program may count. */
  #watched: readonly EarlyObject[] = [];
  /** Whether nothing was done to any of them when they were last counted. */
  #isPristine = false;
  /** What the program has done to them that keys hold. */
  readonly #changes = new AddedMembers();
  /** Objects of which the program has changed attributes, as the first look has found. */
  readonly #reshaped = new Set<object>();
  /** Objects of which nothing can be enumerated. */
  #bare: readonly EarlyObject[] = [];
  /** Objects whose members each quick look counts. */
  #counted: readonly Counted[] = [];
  /** Objects of modules, and how many names a loop shows of each: every quick look counts them. */
  #shown: readonly { readonly early: EarlyObject; readonly count: number }[] = [];
  /** Members of `process`, where a program may have put accessors, which must not be run. */
  #ofProcess: readonly Member[] = [];
  /** Members of the language that are no functions, with what they held when they were last looked at. */
  #texts = new SameMembers<Member>([]);
  /** The same of large objects of modules, which quick looks pass over. */
  #seldom = new SameMembers<Member>([]);
  /** When the members of all built-ins were counted last, in milliseconds since the process started. */
  #countedAt = Number.NEGATIVE_INFINITY;
  #added: string | null = null;
  /** Globals before the program ran: one of another realm has the same name, and is native as well. */
  readonly #globals = new Map<string, unknown>();
  readonly #pristine = new PristineFunctions();
  #looks = 0;

  /** @param isOurs whether a function is one of dumbo's own taps */
  constructor(isOurs: (fn: object) => boolean) {
    this.#isOurs = isOurs;
  }

  /** Notes what there is. To be called before the program runs. Cost: 0.3 ms. */
  start(): void {
    const early = (name: string) => LAZY.get(name) ?? globalOf(name);
    for (const name of GLOBALS) this.#globals.set(name, early(name));
    for (const [path, holder] of watchedObjects(early)) {
      this.#members.set(holder, noteEarlyObject(path, holder));
    }
    // In Node 26, V8 makes `toTemporalInstant` when it is first looked at.
    keepFast(Date.prototype);
    noteProcess();
    this.#takeObjects();
  }

  /** Takes the objects of all modules that the program has by now. */
  #takeObjects(): void {
    let isNew = this.#watched.length === 0;
    for (const [holder, early] of moduleObjects()) {
      if (this.#members.get(holder) === early) continue;
      this.#members.set(holder, early);
      this.#takeGetters(early);
      isNew = true;
    }
    if (!isNew) return;
    this.#watched = [...this.#members.values()].sort((a, b) => depthOf(a.holder) - depthOf(b.holder));
    this.#isPristine = false;
    this.#texts = new SameMembers<Member>([]);
    this.#sortOut();
    noteStart(this.#watched);
  }

  #takeGetters({ holder, path, keys, properties }: EarlyObject): void {
    for (const key of keys) {
      const { get, set } = properties[key as string] as PropertyDescriptor;
      if (get) this.#pristine.addGetter({ holder, key, path, value: get, set });
    }
  }

  /** Notes what quick looks have to do for each object. */
  #sortOut(): void {
    const ofModules = moduleObjects();
    const watched = this.#watched.filter(({ holder }) => !isNamespace(holder) && !ofModules.has(holder));
    this.#bare = watched.filter(isBare);
    const bare = new Set(this.#bare.map(({ holder }) => holder));
    const counted = watched.filter(({ holder }) => COMMON.includes(holder) || !bare.has(holder));
    this.#counted = counted.map((early) => {
      const { holder } = early;
      return { early, count: watchedKeys(holder).length, isExtensible: isExtensible(holder) };
    });
    this.#shown = [...ofModules.values()]
      .filter(isQuicklyCounted)
      .map((early) => ({ early, count: countShown(early.holder) }));
    if (this.#texts.list.length > 0 && this.#areDataSame() && this.#seldom.areSame()) return;
    const data: Member[] = [...this.#members.values()].flatMap((early) =>
      early.data.map((key) => {
        const { holder } = early;
        return { holder, key, value: getOwnPropertyDescriptor(holder, key)?.value as unknown };
      }),
    );
    const isSeldom = ({ holder }: Member) => (ofModules.get(holder)?.keys.length ?? 0) > MANY;
    this.#texts = new SameMembers(data.filter((one) => one.holder !== process && !isSeldom(one)));
    this.#seldom = new SameMembers(data.filter(isSeldom));
    this.#ofProcess = data.filter(({ holder }) => holder === process);
  }

  #areDataSame(): boolean {
    const held = this.#ofProcess;
    for (let i = 0; i < held.length; i++) {
      const { holder, key, value } = held[i] as Member;
      if (getOwnPropertyDescriptor(holder, key)?.value !== value) return false;
    }
    return this.#texts.areSame();
  }

  /** What the last look has found that the program has done to built-ins: the same list as long as that is the same. */
  get changes(): readonly BuiltInChange[] {
    return this.#changes.list;
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
    // Members are counted by methods of arrays, which must not be the program's.
    const synced = syncedChange();
    if (synced !== null) return replaced(synced);
    const judged = this.#pristine.isEmpty ? asAtStart(() => this.#judge(), replaced("a built-in")) : null;
    const replacement = judged ?? this.#changeOfNoted();
    if (replacement !== null) return replacement;
    this.#takeObjects();
    const change = this.#changeOfMembers();
    if (change !== null) return change;
    const path = this.#pristine.takeModules();
    return path === null ? null : replaced(path);
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
      if (getter) this.#pristine.addGetter({ holder: globalThis, key: name, path: "globalThis", value: getter });
      else this.#pristine.add({ holder: globalThis, key: name, path: name, value });
    }
    for (const [path, holder] of watchedObjects(globalOf)) {
      for (const key of ownKeys(holder)) {
        // A part of each key, like all that is added.
        const { properties } = this.#members.get(holder) ?? {};
        if (properties && !hasOwn(properties, key)) continue;
        // A member that the scan forbids may be replaced. Those of `Buffer` may not: `Buffer.concat` calls `Buffer.allocUnsafe`.
        const isForbidden = typeof key === "string" && Object.hasOwn(globalThis, path) && !isPureMember(path, key);
        if (isForbidden && path !== "Buffer") continue;
        const found = this.#note(holder, key, path);
        if (found !== null) return replaced(found);
      }
    }
    return null;
  }

  /**
   * A quick look: what the program did since the last thorough look, or null. Cost: 12 us, 4 us once code is made for it.
   * @param all whether to count the members of all built-ins, whenever that was done last
   */
  look(all = false): ProgramCause | null {
    if (this.#looks++ === LOOKS_BEFORE_CODE) {
      this.#pristine.compile();
      this.#texts.compile();
    }
    const change = this.#changeOfNoted();
    if (change !== null) return change;
    const isDue = all || sinceStart() - this.#countedAt >= COUNT_ALL;
    return isDue || !this.#isUnchanged() ? this.#changeOfMembers() : null;
  }

  #changeOfNoted(): ProgramCause | null {
    const path = syncedChange() ?? this.#pristine.replacedPath();
    return path === null ? null : replaced(path);
  }

  /** Whether nothing was done to built-ins since they were last counted, as far as a quick look tells. */
  #isUnchanged(): boolean {
    const bare = this.#bare;
    for (let i = 0; i < bare.length; i++) if (!isBare(bare[i] as EarlyObject)) return false;
    const counted = this.#counted;
    for (let i = 0; i < counted.length; i++) {
      if (!isAsCounted(counted[i] as Counted)) return false;
    }
    const shown = this.#shown;
    for (let i = 0; i < shown.length; i++) {
      const { early, count } = shown[i] as (typeof shown)[number];
      if (!shows(early, count)) return false;
    }
    return this.#areDataSame() && this.#changes.areSame();
  }

  /** What built-ins have or inherit from that they did not before the program ran, or no longer, and that no key can hold; or null. */
  #changeOfMembers(): ProgramCause | null {
    this.#countedAt = sinceStart();
    if (this.#isAllAsBefore()) return null;
    const found: BuiltInChange[] = [];
    for (const early of this.#members.values()) {
      if (!early.isPart && getPrototypeOf(early.holder) !== early.parent)
        return replaced(`Object.getPrototypeOf(${early.path})`);
      const change = this.#changeIn(early);
      if (change?.kind === "refused") return change.cause;
      if (change?.kind === "harmless") this.#added ??= change.member;
      else if (change !== null) found.push(...change.changes);
    }
    this.#changes.take(found);
    this.#sortOut();
    this.#isPristine = found.length === 0 && this.#reshaped.size === 0;
    return null;
  }

  /**
   * Whether all members are those that there were before the program ran, and it had done nothing to any when they were last counted: asked
   * beside each call that takes longer than COUNT_ALL, so it has to allocate little.
   */
  #isAllAsBefore(): boolean {
    if (!this.#isPristine) return false;
    const watched = this.#watched;
    for (let i = 0; i < watched.length; i++) {
      const early = watched[i] as EarlyObject;
      if (!showsAsEarly(early) || !hasEarlyKeys(early)) return false;
    }
    return this.#areDataSame() && this.#seldom.areSame();
  }

  /** How a built-in object differs from what it was before the program ran; null if it does not. */
  #changeIn(early: EarlyObject): Change | null {
    const { holder, path, keys } = early;
    const now = watchedKeys(holder);
    const isSame = now.length === keys.length && now.every((key, i) => key === keys[i]);
    const data = changedData(early);
    const isUntouched = isSame && data.length === 0 && !this.#reshaped.has(holder);
    if (isUntouched && (isNamespace(holder) || isBare(early) || isAsShown(early))) return null;
    const odd = data.find((key) => !isPlainValue(holder, key));
    if (odd !== undefined) return { kind: "refused", cause: replaced(memberPath(path, odd)) };
    const gone = keys.find((key) => !now.includes(key));
    if (gone !== undefined) return { kind: "refused", cause: { kind: "removed-member", name: memberPath(path, gone) } };
    const added = now.filter((key) => !keys.includes(key));
    if (isNamespace(holder) && added.length > 0) return addedToNamespace(path, added);
    const unfit = added.find((key) => !isPlainMember(holder, key));
    if (unfit !== undefined)
      return { kind: "refused", cause: { kind: "added-built-in", name: memberPath(path, unfit) } };
    const members = added.map((key) => ({ kind: "member", holder, key, path: memberPath(path, key) }) as const);
    const text = changedAttributes(early);
    if (members.length === 0 && text === "") return null;
    const attributes: readonly BuiltInChange[] = text === "" ? [] : [{ kind: "attributes", holder, path, text }];
    return { kind: "keyed", changes: [...members, ...attributes] };
  }

  /** Notes a member for the quick looks. @returns its path if it was replaced, else null */
  #note(holder: object, key: PropertyKey, path: string): string | null {
    const property = getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
    const { value, get, set } = property;
    const isNodes = NODE_WRITTEN.has(path.split(".")[0] as string);
    const full = memberPath(path, key);
    if (this.#isNoLonger(holder, key, property)) return full;
    if (this.#isReshaped(holder, key, property)) this.#reshaped.add(holder);
    if (!isNodes && (this.#isOtherKind(property, key, path) || this.#isForeign(value, key))) return full;
    if (!isNodes && (this.#isForeign(get, key) || this.#isForeign(set, key))) return full;
    if (typeof value === "function") this.#pristine.add({ holder, key, path: full, value });
    else if (get) this.#pristine.addGetter({ holder, key, path, value: get, set });
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

  #isReshaped(holder: object, key: PropertyKey, now: PropertyDescriptor): boolean {
    const before = this.#members.get(holder)?.properties[key];
    return before?.writable !== now.writable || before?.enumerable !== now.enumerable;
  }

  /** Whether a function is not the language's own for this key: it has a source, was made by `bind`, or is another method. */
  #isForeign(value: unknown, key: PropertyKey): boolean {
    if (typeof value !== "function" || this.#isOurs(value)) return false;
    const name = String(getOwnPropertyDescriptor(value, "name")?.value).replace(/^[gs]et /, "");
    const isNamed = typeof key === "symbol" ? !name.startsWith("bound ") : name === key || ALIASES.get(key) === name;
    return !isNative(value) || (key !== "constructor" && !isNamed);
  }
}

/** Whether counting the names of an object of a module takes tens of nanoseconds: not of tables of constants and of colours. */
function isQuicklyCounted({ keys, shown, isFixed }: EarlyObject): boolean {
  return shown !== null && !isFixed && keys.length <= MANY;
}

/** Whether an object of a module shows what it did. All its names can be enumerated, but for those of classes. */
function isAsShown(early: EarlyObject): boolean {
  return moduleObjects().has(early.holder) && showsAsEarly(early);
}

function isAsCounted({ early, count, isExtensible: wasExtensible }: Counted): boolean {
  const { holder, parent } = early;
  return (
    watchedKeys(holder).length === count && getPrototypeOf(holder) === parent && isExtensible(holder) === wasExtensible
  );
}

function depthOf(holder: object): number {
  const parent = getPrototypeOf(holder) as object | null;
  return parent === null ? 0 : 1 + depthOf(parent);
}

/** The scan may let code pass that reads the new member, if some version of Node has one of this name. */
function addedToNamespace(path: string, added: readonly (string | symbol)[]): Change {
  const member = memberPath(path, added[0] as string | symbol);
  const isListed = added.some((key) => typeof key === "string" && isPureMember(path, key));
  return isListed ? { kind: "refused", cause: { kind: "added-built-in", name: member } } : { kind: "harmless", member };
}

function replaced(name: string): ProgramCause {
  return { kind: "replaced-built-in", name };
}
