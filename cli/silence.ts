/** Whether runs of a program leave anything from now on. */
import { restsUntil } from "../loader/rest.ts";
import { isSwitchedOff } from "../src/config/switched-off.ts";
import type { Request } from "./command.ts";
import type { Project } from "./project.ts";
import type { Silence } from "./run-mode.ts";

/** @param program path of its script; null where none is known */
export function silenceOf(
  { config, directory }: Project,
  { env }: Pick<Request, "env">,
  program: string | null,
): Silence | null {
  if (isSwitchedOff(env.DUMBO)) return { kind: "off" };
  if (config.readOnly) return { kind: "read-only" };
  const until = program === null ? null : restsUntil(directory, program, Date.now());
  return until === null ? null : { kind: "rest", until };
}
