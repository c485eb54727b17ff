/**
 * Whether output goes the way that Node has made for it. What `process.stdout` and `process.stderr` print passes through many functions, each of which a program can
 * replace, and what the tap of `write` sees is what is printed only while none of them was. While they run, dumbo takes what they do for Node's own doing: a
 * function of the program in their place would do unheard whatever it does.
 */
import { originalOf } from "./wrap.ts";

// Captured before the program can replace them.
const { get, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
const { create, hasOwn } = Object;
const root: object = Object.prototype;

/** Functions of a stream that each piece of output passes, or that are called in the place of others where there are some. */
const PASSED: readonly string[] = [
  ...["write", "_write", "_writev", "_writeGeneric", "_final", "_construct", "_destroy", "destroy"],
  ...["emit", "on", "once", "removeListener", "listenerCount"],
];
/** Functions of what is below the stream of a pipe or a terminal. */
const PASSED_BELOW: readonly string[] = [
  ...["writeAsciiString", "writeBuffer", "writeLatin1String", "writeUcs2String", "writeUtf8String", "writev"],
];
/** What is true of a stream that takes no more, or keeps what it is given for later. */
const STATES = ["corked", "ending", "ended", "finished", "destroyed", "closed", "errored", "objectMode"] as const;

/** Members that streams get with their first listener. */
const LATER = ["_events", "_eventsCount", "_maxListeners"] as const;

/** A property as it was before the program could change it. */
interface Member {
  readonly owner: object;
  readonly key: PropertyKey;
  readonly value: unknown;
  readonly get: unknown;
}

/** Those of classes of streams, and functions that streams call. */
const members: Member[] = [];
/** How many members a class had. */
const counts = new Map<object, number>();

/** Notes the members of a prototype that output passes through. To be called when its taps are in, and before the program can change it. */
export function keepMembers(prototype: object): void {
  if (counts.has(prototype)) return;
  const keys = ownKeys(prototype);
  counts.set(prototype, keys.length);
  for (let i = 0; i < keys.length; i++) members[members.length] = memberOf(prototype, keys[i] as PropertyKey);
}

/** The same for a function that streams call by the object on which it is. */
export function keepMember(owner: object, key: string): void {
  members[members.length] = memberOf(owner, key);
}

function memberOf(owner: object, key: PropertyKey): Member {
  const property = getOwnPropertyDescriptor(owner, key);
  return { owner, key, value: originalOf(property?.value), get: property?.get };
}

function areSame(all: readonly Member[]): boolean {
  for (let i = 0; i < all.length; i++) {
    const { owner, key, value, get } = all[i] as Member;
    const now = getOwnPropertyDescriptor(owner, key);
    if (originalOf(now?.value) !== value || now?.get !== get) return false;
  }
  return true;
}

/** The values of some members, wherever on the chain they are. */
function valuesOf(holder: object | null, keys: readonly string[]): readonly unknown[] {
  const values: unknown[] = [];
  for (let i = 0; i < keys.length; i++) values[i] = holder === null ? null : get(holder, keys[i] as string);
  return values;
}

function hasValues(holder: object | null, keys: readonly string[], values: readonly unknown[]): boolean {
  if (holder === null) return true;
  for (let i = 0; i < keys.length; i++) if (get(holder, keys[i] as string) !== values[i]) return false;
  return true;
}

/** A stream of the process, as Node has made it. */
export class MadeOutput {
  readonly #stream: object;
  readonly #below: object | null;
  readonly #passed: readonly unknown[];
  readonly #passedBelow: readonly unknown[];
  /** Its own members that are functions or objects. */
  readonly #own: readonly Member[];
  /** Names of all its own members. */
  readonly #names: Readonly<Record<PropertyKey, true>>;
  /** Listeners, by event. */
  readonly #events: Readonly<Record<PropertyKey, unknown>>;
  /** Whether the program had changed nothing before the stream was made. */
  readonly #isPristine: boolean;

  /** To be made when the stream was read for the first time, and its class has its taps. */
  constructor(stream: object) {
    this.#stream = stream;
    this.#below = belowOf(stream);
    this.#passed = valuesOf(stream, PASSED);
    this.#passedBelow = valuesOf(this.#below, PASSED_BELOW);
    this.#isPristine = areSame(members) && hasNoneAdded();
    // What is left of its chain is the class of streams that print into files, to which no other way leads.
    for (let one = getPrototypeOf(stream); one !== null && one !== root; one = getPrototypeOf(one)) keepMembers(one);
    const own: Member[] = [];
    const names: Record<PropertyKey, true> = create(null);
    for (let i = 0; i < LATER.length; i++) names[LATER[i] as string] = true;
    const keys = ownKeys(stream);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as PropertyKey;
      const member = memberOf(stream, key);
      names[key] = true;
      // A list of listeners is looked at by its content.
      if (key === "fd" || (key !== "_events" && isReference(member.value))) own[own.length] = member;
    }
    this.#own = own;
    this.#names = names;
    this.#events = copyOf(eventsOf(stream));
  }

  /**
   * Whether what is written now is printed at once, by what has printed since the stream was made. That can be code of others: Node's `domain`, which its REPL
   * loads, replaces `emit`. A hit prints by the same code. Cost: a microsecond.
   */
  get isOpen(): boolean {
    if (belowOf(this.#stream) !== this.#below || !this.#takesAll()) return false;
    return hasValues(this.#stream, PASSED, this.#passed) && hasValues(this.#below, PASSED_BELOW, this.#passedBelow);
  }

  /** Whether the program has changed nothing of the stream and its classes, and listens to nothing that it tells. Cost: about 50 us. */
  get isUntouched(): boolean {
    return (
      this.#isPristine &&
      this.isOpen &&
      areSame(this.#own) &&
      areSame(members) &&
      hasNoneAdded() &&
      this.#hasNoneAdded() &&
      this.#isUnheard()
    );
  }

  /** Bytes that were handed to what is below the stream, by whomever; null where nothing is below it. */
  get bytesBelow(): number | null {
    return this.#below === null ? null : Number(get(this.#below, "bytesWritten"));
  }

  #takesAll(): boolean {
    const state = get(this.#stream, "_writableState") as object | undefined;
    if (state === undefined) return false;
    for (let i = 0; i < STATES.length; i++) if (get(state, STATES[i] as string)) return false;
    return true;
  }

  /** Whether the stream has got no member in front of one of its class. */
  #hasNoneAdded(): boolean {
    for (let i = 0; i < members.length; i++) {
      const { key } = members[i] as Member;
      if (hasOwn(this.#stream, key) && !hasOwn(this.#names, key)) return false;
    }
    return true;
  }

  #isUnheard(): boolean {
    const events = eventsOf(this.#stream);
    const keys = ownKeys(events);
    for (let i = 0; i < keys.length; i++) {
      const listeners: unknown = get(events, keys[i] as PropertyKey);
      if (listeners !== undefined && listeners !== this.#events[keys[i] as PropertyKey]) return false;
    }
    return true;
  }
}

/** Whether each class has as many members as it had. */
function hasNoneAdded(): boolean {
  for (let i = 0; i < members.length; i++) {
    const { owner } = members[i] as Member;
    const count = counts.get(owner);
    if (count !== undefined && (i === 0 || members[i - 1]?.owner !== owner) && ownKeys(owner).length !== count)
      return false;
  }
  return true;
}

function belowOf(stream: object): object | null {
  const below: unknown = get(stream, "_handle");
  return isReference(below) ? below : null;
}

function eventsOf(stream: object): object {
  const events: unknown = get(stream, "_events");
  return isReference(events) ? events : create(null);
}

function copyOf(events: object): Readonly<Record<PropertyKey, unknown>> {
  const copy: Record<PropertyKey, unknown> = create(null);
  const keys = ownKeys(events);
  for (let i = 0; i < keys.length; i++) copy[keys[i] as PropertyKey] = get(events, keys[i] as PropertyKey);
  return copy;
}

function isReference(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
