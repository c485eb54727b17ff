/** `dumbo gc`: cleans up the cache directory. */
import { bytes } from "../../src/report/words.ts";
import { prepareDirectory } from "../../src/store/disk/directory.ts";
import { type Collected, collectGarbage, DEFAULT_AGE } from "../../src/store/disk/gc.ts";
import { type Command, UsageError } from "../command.ts";
import { usedProject } from "../project.ts";
import { Progress } from "../terminal.ts";

export const gc: Command = {
  name: "gc",
  summary: "removes what nobody has used for long, and files that no entry leads to",
  options: { age: { value: "DAYS", text: `what was not used in so many days goes (${DEFAULT_AGE})` } },
  example: { line: "npx dumbo gc --age 7", text: "removes what the runs of the last week did not use" },
  fails: "if there is no cache directory, or not all could be done",
  run(request) {
    const days = daysOf(request.value("age"));
    const { directory, user } = usedProject(request);
    const progress = new Progress("cleaning up", request.isJson);
    const onPart = (part: number) => progress.step(Math.round(part * 100), 100, "");
    const collected = collectGarbage(prepareDirectory(directory), days, Date.now(), user, onPart);
    progress.end();
    return { code: collected.trouble === null ? 0 : 1, data: collected, lines: linesOf(collected) };
  },
};

function daysOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_AGE;
  const days = Number(text);
  if (text.trim() === "" || !(days >= 0)) throw new UsageError(`--age must be a number of days, not "${text}"`);
  return days;
}

function linesOf({ broken, old, emptied, orphans, files, bytes: size, trouble }: Collected): string[] {
  const parts = [
    [broken, "entries without their value's file"],
    [old, "entries that nobody asked for"],
    [emptied, "places of removed entries"],
    [orphans, "files that no entry leads to"],
    [files, "transforms, packs (also those for all projects), tables, compiled files and old stores that nobody reads"],
  ] as const;
  const removed = parts.filter(([count]) => count > 0).map(([count, what]) => `removed ${count} ${what}`);
  if (size > 0) removed.push(`freed ${bytes(size)}`);
  const lines = removed.length > 0 ? removed : ["nothing to remove"];
  return trouble === null ? lines : [...lines, trouble];
}
