/** Finds out whether runs of a program record anything now. */
import { restsUntil } from "../loader/rest.ts";
import { lastRuns } from "../loader/whole-run/kept-runs.ts";
import { isSwitchedOff } from "../src/config/switched-off.ts";
import type { Request } from "./command.ts";
import type { Project } from "./project.ts";
import type { Silence } from "./run-mode.ts";

/** @param program the path of its script; null if none is known. @param last its last run as a whole @returns null if they do */
export function silenceOf(
  { config, directory }: Project,
  { env }: Pick<Request, "env">,
  program: string | null,
  last = program === null ? undefined : lastRuns(directory).get(program),
): Silence | null {
  if (isSwitchedOff(env.DUMBO)) return { kind: "off" };
  if (config.readOnly) return { kind: "read-only" };
  const until = program === null ? null : restsUntil(directory, program, Date.now());
  if (until !== null) return { kind: "rest", until };
  return last?.end.kind === "kept" ? { kind: "whole-run", took: last.took } : null;
}
