/** `dumbo clear`: removes what is stored. */
import { forgetRuns } from "../../loader/whole-run/kept-runs.ts";
import { plural } from "../../src/report/words.ts";
import { openForWriting } from "../../src/store/disk/contents.ts";
import { clearDirectory } from "../../src/store/disk/directory-contents.ts";
import { clearUserDirectory } from "../../src/store/disk/user-files.ts";
import { type Command, CommandError, UsageError } from "../command.ts";
import { listStored } from "../list-stored.ts";
import { usedProject } from "../project.ts";

export const clear: Command = {
  name: "clear",
  summary: "forgets the entries of some functions, or all that dumbo knows",
  argument: {
    name: "PATTERN",
    text: 'only entries of functions whose "file:line name" contains it, or whose key begins so',
  },
  options: {
    "all-projects": {
      text: "also what is known of packages, which all projects of the user share; not with a pattern",
    },
  },
  example: {
    line: "npx dumbo clear src/page.ts",
    text: "the functions of that file are computed again in the next run",
  },
  fails: "if there is no cache directory, or other programs are writing",
  run({ argument, ...request }) {
    const isForAll = request.has("all-projects");
    if (isForAll && argument !== undefined) throw new UsageError("--all-projects goes without a pattern");
    const { directory, user, config } = usedProject(request);
    if (argument === undefined) {
      if (!clearDirectory(directory)) throw new CommandError("other programs are writing; try again");
      if (user !== null && isForAll) clearUserDirectory(user);
      const others = user === null ? [] : [isForAll ? `${user} is empty` : `what all projects share stays: ${user}`];
      return { code: 0, data: { entries: null, directory }, lines: [`${directory} is empty`, ...others] };
    }
    const found = listStored(directory, argument);
    let trouble: string | null = null;
    const store = openForWriting(directory, config.maxSize, (line) => {
      trouble = line;
    });
    for (const { key } of found) store.remove(key);
    store.close();
    // Else the next run would be answered as a whole, and compute nothing again.
    forgetRuns(directory);
    if (trouble !== null) throw new CommandError(trouble);
    const entries = found.filter(({ isPart }) => !isPart).length;
    return { code: 0, data: { entries, directory }, lines: [`forgot ${plural(entries, "entry", "entries")}`] };
  },
};
