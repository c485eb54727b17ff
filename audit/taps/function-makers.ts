/**
 * Taps on `Function`, and on its siblings for async functions and generators, which make a function of a text. While a call is recorded,
 * each made function is given to the callback of {@link lookAtMade} before the program gets it.
 */
import { noteMaker } from "../../src/code/function-makers.ts";
import { isListening, state } from "../../src/trace/frames.ts";
import { noteOrigin } from "./made-origins.ts";
import { make, textsOf } from "./near-caller.ts";
import { type Maker, type MakerTraps, tappedMaker } from "./wrap.ts";

const { defineProperty, getPrototypeOf, setPrototypeOf } = Reflect;

/** Is given a function that the program has just made. It may not throw. */
type LookAt = (made: object) => void;

let lookAt: LookAt = () => undefined;

/** Sets the callback that is given the functions which are made while a call is recorded. */
export function lookAtMade(look: LookAt): void {
  lookAt = look;
}

/** Is given what a maker was given. It may not throw. */
type LookAtTexts = (texts: readonly unknown[]) => void;

let lookAtText: LookAtTexts | null = null;

/** Sets the callback that is given what functions are made of while the run is noted as a whole. */
export function lookAtTexts(look: LookAtTexts): void {
  lookAtText = look;
}

const traps: MakerTraps = {
  apply: (original, self, given) => shown(original, self, given, undefined),
  construct: (original, given, target) => shown(original, undefined, given, target as Maker),
};

/** Makes a function, and shows what it was made of. */
function shown(maker: Maker, self: unknown, given: readonly unknown[], target: Maker | undefined): object {
  const texts = textsOf(given);
  if (state.run !== null) lookAtText?.(texts);
  const made = make(maker, self, texts, target) as object;
  noteOrigin(made);
  if (isCallTold()) lookAt(made);
  return made;
}

/** Whether a call is recorded that is told what the program does. */
function isCallTold(): boolean {
  return state.open !== 0 && state.suspended === 0 && isListening();
}

/** Functions from whose prototypes the constructors are taken. `Function` has to be the first. */
const SAMPLES = [
  () => undefined,
  async () => undefined,
  function* () {},
  async function* () {},
] as const satisfies readonly object[];

let areInPlace = false;

/** Whether all constructors were replaced by their taps. That fails where the language's objects are frozen. */
export function areMakersTapped(): boolean {
  return areInPlace;
}

export function tapFunctionMakers(): void {
  let isInPlace = true;
  const isRunTold = () => state.run !== null && state.suspended === 0 && lookAtText !== null;
  const choose = () => (isCallTold() || isRunTold() ? traps : undefined);
  let base: Maker | null = null;
  for (const sample of SAMPLES) {
    const prototype = getPrototypeOf(sample) as object;
    const property = Object.getOwnPropertyDescriptor(prototype, "constructor");
    const original = property?.value as Maker;
    // `Object.getPrototypeOf(AsyncFunction) === Function` must stay true.
    if (base !== null) isInPlace &&= setPrototypeOf(original, base);
    const tap = tappedMaker(original, original.name, choose);
    noteMaker(tap);
    isInPlace &&= defineProperty(prototype, "constructor", { ...property, value: tap });
    if (base !== null) continue;
    base = tap;
    const global = Object.getOwnPropertyDescriptor(globalThis, "Function");
    isInPlace &&= defineProperty(globalThis, "Function", { ...global, value: tap });
  }
  areInPlace = isInPlace;
}
