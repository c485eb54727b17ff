/** Finds the project of a command: that of the current folder, or of a script. */
import { existsSync } from "node:fs";
import { type Config, readConfig } from "../src/config/config.ts";
import { cacheDirectory, findProject } from "../src/config/project.ts";
import { userDirectory } from "../src/config/user-directory.ts";
import { usableDirectory } from "../src/store/disk/user-directory.ts";
import { CommandError, type Request } from "./command.ts";

export interface Project {
  readonly root: string;
  readonly config: Config;
  /** The cache directory, which need not exist. */
  readonly directory: string;
  /** The directory for all projects of the user; null if there is none, or it cannot be trusted. */
  readonly user: string | null;
}

/** @throws ConfigError */
export function projectOf({ cwd, env }: Pick<Request, "cwd" | "env">, script?: string): Project {
  const project = findProject(script, cwd);
  const config = readConfig(project.root, env);
  const directory = cacheDirectory(project, config.directory, env, cwd);
  return {
    root: project.root,
    config,
    directory,
    user: usableDirectory(userDirectory(project.root, config, env, cwd)),
  };
}

/** The same, for commands that need a cache directory. @throws CommandError if there is none */
export function usedProject(request: Pick<Request, "cwd" | "env">): Project {
  const project = projectOf(request);
  if (existsSync(project.directory)) return project;
  throw new CommandError(
    `there is no cache directory ${project.directory}: run the program with --import dumbo/auto first (npx dumbo run SCRIPT)`,
  );
}
