/** What reaches are found in, where nothing is tapped, listed or changed. */
import type { ReachContext } from "../../src/code/reach-context.ts";

/** @param identify says what a function is */
export function plainContext(identify: ReachContext["identify"]): ReachContext {
  return {
    identify,
    addedToNamespaces: () => null,
    builtInChanges: () => [],
    builtInPrototype: () => null,
    builtInObjects: () => new Map(),
    builtInsNamed: () => ({ language: [], node: [] }),
    assumedPackage: () => null,
    vouching: { hasBegun: false },
  };
}
