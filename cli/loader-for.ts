/** Makes a loader like that of a program of a project. */
import { sep } from "node:path";
import { readAssumePure } from "../audit/assume-pure.ts";
import { Loader } from "../loader/hooks/load.ts";
import * as transforming from "../loader/transform/index.ts";
import { readRepeatedRuns } from "../src/policy/repeated-runs.ts";
import type { Request } from "./command.ts";
import type { Project } from "./project.ts";

/** @param program path of the script */
export function loaderFor(
  { root, config, directory, user }: Project,
  { cwd, env }: Request,
  program: string,
  report: (line: string) => void,
): Loader {
  const settings = {
    root,
    program,
    directory,
    user,
    dumboFolder: __dirname + sep,
    config,
    assumePure: readAssumePure(root, env.DUMBO_ASSUME_PURE, cwd),
    omit: {},
    repeated: readRepeatedRuns(directory),
    sourceMap: false,
    tellsUnparsed: true,
  };
  return new Loader(
    settings,
    () => transforming,
    () => performance.now(),
    report,
  );
}
