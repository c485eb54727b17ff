/** Under which name a run is kept as a whole. boot.cjs asks for it at each start, so that this file has to stay small. */
import type { Config } from "../../src/config/config.ts";
import type { Boot } from "../known-at-start.ts";
import { mayBeAnswered, runIdentity } from "./run-identity.ts";

/**
 * The name of the file of all runs with these arguments and this environment. Null where the user wants to see how the program runs, or nobody can tell
 * what it reads.
 * @param dumboFolder with a separator at the end
 */
export function nameOfRun({ config, rest }: Boot, dumboFolder: string): string | null {
  const isWanted = rest !== null && config.wholeRuns !== "none" && config.output === "replay" && !hasTimeToLive(config);
  if (!isWanted || !mayBeAnswered(dumboFolder)) return null;
  return `${runIdentity(`${dumboFolder}start.cjs`, config)}.json`;
}

/** Whether the user wants results to be computed again after some time, whatever they depend on. */
function hasTimeToLive({ functions }: Config): boolean {
  return Object.values(functions).some(({ ttl }) => ttl !== undefined);
}
