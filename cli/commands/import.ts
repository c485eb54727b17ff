/** `dumbo import FILE`: what another machine has exported. */
import { resolve } from "node:path";
import { type FunctionProfile, readProfiles, writeProfiles } from "../../src/policy/profile.ts";
import { plural } from "../../src/report/words.ts";
import { ArchiveError, readArchive } from "../../src/store/disk/archive.ts";
import { openForReading, openForWriting } from "../../src/store/disk/contents.ts";
import { prepareDirectory } from "../../src/store/disk/directory.ts";
import { type Command, CommandError } from "../command.ts";
import { projectOf } from "../project.ts";

export const importCommand: Command = {
  name: "import",
  summary: "takes what export has written; what is stored already stays as it is",
  argument: {
    name: "FILE",
    text: "what export has written. Its results become values of programs: take only what you trust",
    isRequired: true,
  },
  example: { line: "npx dumbo import dumbo.cache", text: "adds the entries of that file to the store of this project" },
  fails: "if the file is no export, or damaged, or the store cannot be written",
  async run({ argument = "", ...request }) {
    const { directory: path, config } = projectOf(request);
    const directory = prepareDirectory(path);
    let trouble: string | null = null;
    const store = openForWriting(directory, config.maxSize, (line) => {
      trouble = line;
    });
    const known = openForReading(directory);
    const count = { added: 0, known: 0 };
    try {
      await readArchive(
        resolve(request.cwd, argument),
        ({ profiles }) => addProfiles(directory, profiles),
        ({ key, cost, owner, maxEntries, shared, record }) => {
          if (known.get(key)) count.known++;
          else {
            count.added++;
            store.put(key, record, { owner: { id: owner, ttl: Number.POSITIVE_INFINITY, maxEntries }, cost, shared });
          }
        },
      );
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      throw new CommandError(error.message);
    } finally {
      store.close();
    }
    if (trouble !== null) throw new CommandError(trouble);
    const line = `${plural(count.added, "record")} added, ${count.known} were there: ${directory}`;
    return { code: 0, data: { ...count, directory }, lines: [line] };
  },
};

/** What this machine has measured itself goes before what another one did. */
function addProfiles(directory: string, profiles: unknown): void {
  const given = profiles as Record<string, FunctionProfile>;
  writeProfiles(directory, { ...given, ...readProfiles(directory) }, {}, false, Date.now());
}
