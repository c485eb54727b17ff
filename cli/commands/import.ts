/** `dumbo import FILE`: adds what another machine has exported. */
import { resolve } from "node:path";
import { admit, partsLedTo } from "../../src/call/admit.ts";
import { hash128 } from "../../src/hash.ts";
import { readProfiles, writeProfiles } from "../../src/policy/profile.ts";
import { plural } from "../../src/report/words.ts";
import { ArchiveError, readArchive } from "../../src/store/disk/archive.ts";
import { openForReading, openForWriting } from "../../src/store/disk/contents.ts";
import { prepareDirectory } from "../../src/store/disk/directory.ts";
import { nowInSeconds } from "../../src/store/store.ts";
import { contentKey } from "../../src/trace/trace.ts";
import { admitProfiles } from "../admit-profiles.ts";
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
    const count = { added: 0, known: 0, leftOut: 0 };
    const file = resolve(request.cwd, argument);
    try {
      const parts = await readParts(file);
      await readArchive(
        file,
        ({ profiles }) => addProfiles(directory, profiles),
        ({ key, cost, owner, maxEntries, shared, created, record }) => {
          const admitted = parts.admit(key, record);
          if (admitted === null) count.leftOut++;
          else if (known.get(key)) count.known++;
          else {
            count.added++;
            store.put(key, admitted, {
              owner: { id: owner, ttl: Number.POSITIVE_INFINITY, maxEntries },
              cost,
              shared: Math.min(shared, admitted.byteLength),
              // A result is as old as it was there, and one of the future is one of now.
              created: Math.min(created, nowInSeconds()),
            });
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
    const left = count.leftOut === 0 ? "" : `, ${count.leftOut} left out, which this dumbo could not read`;
    const line = `${plural(count.added, "record")} added, ${count.known} were there${left}: ${directory}`;
    return { code: 0, data: { ...count, directory }, lines: [line] };
  },
};

/** Reads which records of an archive are values or contents of others. Each record is checked as what it is used for. */
async function readParts(file: string) {
  const values = new Set<string>();
  const contents = new Set<string>();
  await readArchive(
    file,
    () => undefined,
    ({ key, record }) => {
      const led = partsLedTo(key, record);
      for (const value of led.values) values.add(value);
      for (const content of led.contents) contents.add(content);
    },
  );
  return {
    admit(key: string, record: Uint8Array): Uint8Array | null {
      // The content of a file is only written as it is, so its hash is all that can be checked.
      if (contents.has(key)) return contentKey(hash128(record)) === key ? record : null;
      return admit(key, values.has(key) ? "value" : "entry", record, "deeds");
    },
  };
}

/** Adds the profiles of functions for which this machine has none. */
function addProfiles(directory: string, profiles: unknown): void {
  writeProfiles(directory, { ...admitProfiles(profiles), ...readProfiles(directory) }, {}, false, Date.now());
}
