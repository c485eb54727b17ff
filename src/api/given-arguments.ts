/** What a call of a memoized function is given: what its body gets, and what stands for that in the key. */
import type { Engine } from "../call/engine.ts";
import { hashText } from "../hash.ts";
import { isInput, lookAt, standingFor } from "./inputs.ts";
import { type CheckedOptions, checkSeed } from "./options.ts";

export interface GivenArguments {
  /** The arguments of the body. The first call of this loads lazy results among them. */
  readonly argsOf: () => readonly unknown[];
  /** What stands for the arguments in the key. */
  readonly keyArgs: readonly unknown[];
  /** What stands for `this` in the key. */
  readonly self: unknown;
  readonly hasInputs: boolean;
  /** Files whose content is in the key: that the body reads them is no dependency of the call. */
  readonly covered: ReadonlySet<string>;
  /** The seed of the body's random numbers; null where it draws from those of the process. */
  readonly seed: number | string | null;
  /** Whether files whose content is in the key still have that content. */
  readonly isSame: () => boolean;
}

/** Runs code of the program: the options `key`, `state` and `seed`. */
export function givenTo(
  options: CheckedOptions,
  engine: Engine,
  self: unknown,
  all: readonly unknown[],
): GivenArguments {
  const { key, ignored, state } = options;
  const looks = new Map(all.filter(isInput).map((one) => [one, lookAt(one, engine)]));
  const looked = all.map((one) => looks.get(one) ?? null);
  const inputs = looked.filter((one) => one !== null);
  let loaded: readonly unknown[] | null = inputs.length === 0 ? all : null;
  const argsOf = () => {
    loaded ??= all.map((one, index) => (looked[index] ? looked[index].value : one));
    return loaded;
  };
  const inKey = (one: unknown, index: number) =>
    ignored.has(index) ? undefined : looked[index] ? looked[index].key : standingFor(one);
  const values = key === null ? all.map(inKey) : [Reflect.apply(key, self, argsOf())];
  const seed = options.seed === null ? null : seedOf(options, self, argsOf());
  const withState = state.length === 0 ? values : [...values, "state", ...state.map(({ read }) => read())];
  return {
    argsOf,
    keyArgs: seed === null ? withState : [...withState, "seed", seed],
    seed,
    self: standingFor(self),
    hasInputs: inputs.length > 0,
    covered: new Set(inputs.map(({ path }) => path).filter((path) => path !== null)),
    isSame: () => inputs.every(({ isSame }) => isSame()),
  };
}

/** The seed that the option `seed` gives a call; with `samples`, the number of its draw. Runs code of the program. */
export function seedOf(
  { seed, samples }: CheckedOptions,
  self: unknown,
  args: readonly unknown[],
): number | string | null {
  if (seed === null) return null;
  const found = checkSeed(Reflect.apply(seed, self, args));
  return samples === 0 ? found : drawOf(found, samples);
}

/** Each seed leads to one of so many draws. */
function drawOf(seed: number | string, samples: number): number {
  if (Number.isSafeInteger(seed)) return (((seed as number) % samples) + samples) % samples;
  return Number.parseInt(hashText(String(seed)).slice(0, 8), 16) % samples;
}

/** The same call as one draw of many: it has a key of its own, and random numbers that no other draw has. @param hash of its key */
export function asDraw(given: GivenArguments, draw: number, hash: string): GivenArguments {
  return { ...given, seed: `${draw} of ${hash}`, keyArgs: [...given.keyArgs, "draw", draw] };
}
