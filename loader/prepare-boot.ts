/** Finds what each start needs: the project, its settings, and the cache directory. */
import { CompiledCode } from "../src/compiled-code.ts";
import { type Config, DEFAULTS, readConfig } from "../src/config/config.ts";
import { cacheDirectory, findProject, listFile } from "../src/config/project.ts";
import { userDirectory } from "../src/config/user-directory.ts";
import { worked, writeError } from "../src/node/process.ts";
import { prepareDirectory } from "../src/store/disk/directory.ts";
import { usableDirectory } from "../src/store/disk/user-directory.ts";
import { StoreError } from "../src/store/store.ts";
import type { Boot } from "./known-at-start.ts";
import { placesOfCompiledCode } from "./places-of-compiled-code.ts";
import { Rest } from "./rest.ts";
import { settingOr } from "./settings.ts";

/**
 * @param folder of dumbo's own files
 * @param mayRest whether the program may run without dumbo for a while if it gains nothing
 * @returns null if there is no place for the cache, of which the user is told
 */
export function prepareBoot(folder: string, mayRest: (config: Config, env: NodeJS.ProcessEnv) => boolean): Boot | null {
  const workedBefore = worked();
  const { env } = process;
  const cwd = process.cwd();
  const project = findProject(process.argv[1], cwd);
  const config = settingOr(() => readConfig(project.root, env), DEFAULTS);
  try {
    const directory = prepareDirectory(cacheDirectory(project, config.directory, env, cwd), config.readOnly);
    const user = usableDirectory(userDirectory(project.root, config, env, cwd));
    const compiled = new CompiledCode(placesOfCompiledCode(folder, user, directory));
    const list = listFile(project.root, env.DUMBO_ASSUME_PURE, cwd);
    const rest = mayRest(config, env) ? new Rest(directory, folder, config, env, [list]) : null;
    return { workedBefore, cwd, root: project.root, config, directory, user, compiled, rest };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    writeError(`dumbo: ${error.message}; the program runs uncached\n`);
    return null;
  }
}
