/**
 * `EventEmitter` as a value in keys. Node writes it in JavaScript, which works on the properties of its instances alone as long as
 * nobody changes the class, its prototype or its defaults. Until then, keys hold the class and its prototype by name.
 */
import EventEmitter from "node:events";
import { type Properties, propertiesOf } from "./own-properties.ts";

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { apply, ownKeys } = Reflect;

const NAME = "node:events.EventEmitter";
/** The defaults that instances read, with their original values. */
const DEFAULTS: readonly (readonly [key: string, value: unknown])[] = [
  ["defaultMaxListeners", 10],
  ["captureRejections", false],
];

/** A member that is behind a lazy getter (audit/taps/modules.ts). */
const LAZY = "EventEmitterAsyncResource";

const PROTOTYPE: object = EventEmitter.prototype;
/** The function that the constructor calls, which is also a static member. */
const INIT: unknown = getOwnPropertyDescriptor(EventEmitter, "init")?.value;
/** The properties of the class before the program could get it; null until {@link rememberEmitter} is called. */
let statics: Properties | null = null;
let members: Properties = [];

/** To be called when the static functions of the class are tapped, before the program can get it. */
export function rememberEmitter(): void {
  if (statics !== null) return;
  statics = propertiesOf(EventEmitter);
  members = propertiesOf(PROTOTYPE);
}

/**
 * The name of the class, or of its function `init`, in keys; null for any other function, and once the program has changed the class.
 */
export function emitterName(fn: object): string | null {
  if (fn !== EventEmitter && fn !== INIT) return null;
  return isAsMade() ? (fn === INIT ? `${NAME}.init` : NAME) : null;
}

/** The same for the prototype of the class. */
export function emitterPrototypeName(object: object): string | null {
  return object === PROTOTYPE && isAsMade() ? `${NAME}.prototype` : null;
}

/** Whether the class, its prototype and its defaults are as Node made them. Cost: some microseconds. */
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
    // After the first read, this property has Node's own getter again instead of the tap's. The class behind it is judged by itself.
    if (key === LAZY && now.configurable) continue;
    if (now.value !== before.value || now.get !== before.get || now.set !== before.set) return false;
    if (now.writable !== before.writable || now.enumerable !== before.enumerable) return false;
  }
  return true;
}

/** Calls the getter of the class. It is Node's own, because the properties are as they were (see `isAsMade`). */
function isDefault([key, value]: (typeof DEFAULTS)[number]): boolean {
  const getter = getOwnPropertyDescriptor(EventEmitter, key)?.get;
  return getter !== undefined && apply(getter, EventEmitter, []) === value;
}
