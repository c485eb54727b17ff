/**
 * Taps on `Function`, and on its siblings for async functions and generators, which make a function of a text. While a call is recorded,
 * each made function is given to the callback of {@link lookAtMade} before the program gets it.
 */
import { noteMaker } from "../../src/code/function-makers.ts";
import { isListening, state } from "../../src/trace/frames.ts";
import { noteOrigin } from "./made-origins.ts";
import { constructNear, mayImport } from "./near-caller.ts";
import { type Maker, type MakerTraps, tappedMaker } from "./wrap.ts";

const { apply, construct, defineProperty, getPrototypeOf, setPrototypeOf } = Reflect;

/** Is given a function that the program has just made. It may not throw. */
type LookAt = (made: object) => void;

let lookAt: LookAt = () => undefined;

/** Sets the callback that is given the functions which are made while a call is recorded. */
export function lookAtMade(look: LookAt): void {
  lookAt = look;
}

/** Is given what a maker was given. It may not throw. */
type LookAtGiven = (given: readonly unknown[]) => void;

let lookAtGiven: LookAtGiven | null = null;

/** Sets the callback that is given what functions are made of while the run is noted as a whole. */
export function lookAtTexts(look: LookAtGiven): void {
  lookAtGiven = look;
}

const traps: MakerTraps = {
  apply: (original, self, args) =>
    shown(mayImport(args) ? constructNear(original, args, original) : apply(original, self, args), args),
  construct: (original, args, target) =>
    shown(mayImport(args) ? constructNear(original, args, target) : construct(original, args, target), args),
};

function shown(made: unknown, given: readonly unknown[]): object {
  if (state.run !== null) lookAtGiven?.(given);
  if (isCallTold()) {
    noteOrigin(made as object);
    lookAt(made as object);
  }
  return made as object;
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
  const isRunTold = () => state.run !== null && state.suspended === 0 && lookAtGiven !== null;
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
