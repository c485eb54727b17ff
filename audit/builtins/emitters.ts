/**
 * `EventEmitter` is JavaScript that works on the properties of its instances, and on nothing else as long as nobody has changed the
 * class, its prototype or its defaults: then it is a value that is known by its name, and so is what its instances inherit from.
 */
import EventEmitter from "node:events";

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { apply, ownKeys } = Reflect;

const NAME = "node:events.EventEmitter";
/** What is read when instances are made and asked, and what it is if nobody has assigned to it. */
const DEFAULTS: readonly (readonly [key: string, value: unknown])[] = [
  ["defaultMaxListeners", 10],
  ["captureRejections", false],
];

/** A class behind a getter (audit/taps/modules.ts). */
const LAZY = "EventEmitterAsyncResource";

type Properties = readonly (readonly [key: string | symbol, property: PropertyDescriptor])[];

const PROTOTYPE: object = EventEmitter.prototype;
/** What its constructor calls, as a member that it has. */
const INIT: unknown = getOwnPropertyDescriptor(EventEmitter, "init")?.value;
/** Its properties before the program had it; null until then. */
let statics: Properties | null = null;
let members: Properties = [];

/** To be called when its static functions are tapped, which look at other things than emitters. */
export function rememberEmitter(): void {
  if (statics !== null) return;
  statics = propertiesOf(EventEmitter);
  members = propertiesOf(PROTOTYPE);
}

function propertiesOf(holder: object): Properties {
  return ownKeys(holder).map((key) => [key, getOwnPropertyDescriptor(holder, key) as PropertyDescriptor]);
}

/**
 * What the class, or what makes its instances, is called in keys; null for any other function, and once the program has changed
 * anything of it.
 */
export function emitterName(fn: object): string | null {
  if (fn !== EventEmitter && fn !== INIT) return null;
  return isAsMade() ? (fn === INIT ? `${NAME}.init` : NAME) : null;
}

/** The same of what instances inherit from. */
export function emitterPrototypeName(object: object): string | null {
  return object === PROTOTYPE && isAsMade() ? `${NAME}.prototype` : null;
}

/** Cost: some microseconds. */
function isAsMade(): boolean {
  if (statics === null) return false;
  return has(EventEmitter, statics) && has(PROTOTYPE, members) && DEFAULTS.every(isDefault);
}

function has(holder: object, properties: Properties): boolean {
  if (getPrototypeOf(holder) !== (holder === PROTOTYPE ? Object.prototype : Function.prototype)) return false;
  const keys = ownKeys(holder);
  if (keys.length !== properties.length) return false;
  for (let i = 0; i < keys.length; i++) {
    const [key, before] = properties[i] as Properties[number];
    const now = getOwnPropertyDescriptor(holder, key);
    if (keys[i] !== key || now === undefined) return false;
    // Its getter is Node's own again after the first reading, and what it yields is a class like any other of Node's.
    if (key === LAZY && now.configurable) continue;
    if (now.value !== before.value || now.get !== before.get || now.set !== before.set) return false;
    if (now.writable !== before.writable || now.enumerable !== before.enumerable) return false;
  }
  return true;
}

/** Asks Node's own getter, which the class has as long as its properties are as they were. */
function isDefault([key, value]: (typeof DEFAULTS)[number]): boolean {
  const getter = getOwnPropertyDescriptor(EventEmitter, key)?.get;
  return getter !== undefined && apply(getter, EventEmitter, []) === value;
}
