/** `dumbo verify`: checks whether what is stored is still right. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { plural } from "../../src/report/words.ts";
import { checkStore } from "../../src/store/disk/check-store.ts";
import { endAs, runNode } from "../child.ts";
import { type Command, UsageError } from "../command.ts";
import { usedProject } from "../project.ts";
import { Progress } from "../terminal.ts";

export const verify: Command = {
  name: "verify",
  summary: "reads all that is stored and compares checksums; or runs a script and computes its hits again",
  argument: {
    name: "SCRIPT",
    text: "runs it, and compares what is stored with what its functions return",
    isScript: true,
  },
  options: { share: { value: "SHARE", text: "of hits that are computed again, from 0 to 1 (1)" } },
  example: {
    line: "npx dumbo verify build.js",
    text: "runs build.js; an entry that differs is told of, and is not used again",
  },
  fails: "if anything is damaged, or differs; with a script, as the script does if nothing differs",
  async run({ argument, rest, value, isJson, ...request }) {
    const { cwd, env } = request;
    const share = value("share") ?? "1";
    if (!(Number(share) >= 0 && Number(share) <= 1))
      throw new UsageError(`--share must be from 0 to 1, not "${share}"`);
    if (argument !== undefined) {
      const flags = ["--import", pathToFileURL(join(__dirname, "auto.cjs")).href];
      const ended = await runNode([...flags, argument, ...rest], { ...env, DUMBO_VERIFY: share }, cwd);
      return { code: endAs(ended) };
    }
    const { directory } = usedProject(request);
    const progress = new Progress("reading", isJson);
    const checked = checkStore(directory, (part) => progress.step(Math.round(part * 100), 100, ""));
    progress.end();
    const { records, damaged, incomplete, trouble } = checked;
    const isSound = trouble === null && damaged.length + incomplete.length === 0;
    const lines = [
      `${plural(records, "record")} read, ${damaged.length} damaged, ${incomplete.length} without the file of their value`,
      ...(trouble === null
        ? []
        : [`the store's file is damaged (${trouble}); the next program that writes begins it anew`]),
      ...(isSound ? [] : ["damaged records are never used: each is a miss; npx dumbo gc removes what is left of them"]),
    ];
    return { code: isSound ? 0 : 1, data: { ...checked, directory }, lines };
  },
};
