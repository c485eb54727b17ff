/** What fast-check generates and shrinks: numbers, which the renderer turns into a program (tape.ts says how). */
import fc from "fast-check";

type Numbers = readonly number[];

/** A function or class: what it looks like from outside, its statements or members, and its result. */
export interface Declared {
  readonly head: Numbers;
  readonly result: Numbers;
  readonly body: readonly Numbers[];
}

export interface Spec {
  readonly layout: Numbers;
  readonly state: readonly Numbers[];
  readonly classes: readonly Declared[];
  readonly functions: readonly Declared[];
  readonly script: readonly Numbers[];
  readonly edits: readonly Numbers[];
}

const tape = (minLength: number, maxLength: number) =>
  fc.noBias(fc.array(fc.nat(9999), { minLength, maxLength, size: "max" }));
const several = <T>(one: fc.Arbitrary<T>, minLength: number, maxLength: number) =>
  fc.noBias(fc.array(one, { minLength, maxLength, size: "max" }));
const declared = (members: number) =>
  fc.record({ head: tape(8, 20), result: tape(4, 12), body: several(tape(8, 24), 0, members) });

export const spec: fc.Arbitrary<Spec> = fc.record({
  layout: tape(4, 8),
  state: several(tape(3, 14), 0, 5),
  classes: several(declared(3), 0, 2),
  functions: several(declared(4), 1, 6),
  script: several(tape(4, 14), 1, 10),
  edits: several(tape(4, 6), 1, 4),
});
