/** What a program may import of dumbo: src/api/declared.ts says what each export does. */
import { connectBy, noteSeeding, startedEngine } from "../src/api/connection.ts";
import type * as declared from "../src/api/declared.ts";
import { memo as memoByHand } from "../src/api/memo.ts";
import { withSeed } from "../src/api/seed.ts";
import { runningEngine, startEngine } from "./connect.ts";

connectBy({ running: runningEngine, start: startEngine });
noteSeeding(withSeed);

export const memo: typeof declared.memo = memoByHand;

export { cell } from "../src/api/cell.ts";
export { context, tweak } from "../src/api/context.ts";
export { group } from "../src/api/function-group.ts";
export { dependencies, dependencyGraph, dependents } from "../src/api/graph.ts";
export { envVar, extraState, fileContents, fileOf, ignored, ttl } from "../src/api/inputs.ts";
export { missing } from "../src/api/queries.ts";
export { withSeed };

export const commit: typeof declared.commit = () => {
  startedEngine()?.commit();
};
