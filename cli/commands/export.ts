/** `dumbo export FILE`: writes entries into one file, for another machine or a CI cache. */
import { resolve } from "node:path";
import { readProfiles } from "../../src/policy/profile.ts";
import { isSameProcess, readRuns } from "../../src/policy/runs.ts";
import { profileKey } from "../../src/report/summary.ts";
import { bytes, plural } from "../../src/report/words.ts";
import { type ArchivedRecord, writeArchive } from "../../src/store/disk/archive.ts";
import { openForReading, usedByProcesses } from "../../src/store/disk/contents.ts";
import type { Command } from "../command.ts";
import { listStored, type Stored } from "../list-stored.ts";
import { usedProject } from "../project.ts";
import { Progress } from "../terminal.ts";

export const exportCommand: Command = {
  name: "export",
  summary: "writes what is stored into one file, to be imported elsewhere",
  argument: { name: "FILE", text: "the file that is written", isRequired: true },
  options: {
    used: { text: "what the last run of each program has found or stored, and no more" },
    only: { value: "PATTERN", text: 'only functions whose "file:line name" contains it' },
  },
  example: { line: "npx dumbo export dumbo.cache", text: "writes all entries, and what runs know of the functions" },
  fails: "if there is no cache directory, or the file cannot be written",
  async run({ argument = "", has, value, isJson, cwd, env }) {
    const { directory } = usedProject({ cwd, env });
    const pattern = value("only") ?? "";
    const file = resolve(cwd, argument);
    const all = listStored(directory, pattern);
    const found = has("used") ? usedOf(directory, all) : all;
    const progress = new Progress("exporting", isJson);
    const count = { entries: 0, bytes: 0 };
    const owners = new Set(found.flatMap(({ fn }) => (fn === null ? [] : [profileKey(fn.file, fn.name, fn.line)])));
    // Sorted, so that the same store gives the same bytes, in whatever order the profiles were written.
    const profiles = Object.entries(readProfiles(directory))
      .filter(([key]) => key.includes(pattern) && (!has("used") || owners.has(key)))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    await writeArchive(file, { profiles: Object.fromEntries(profiles) }, records(directory, found, count, progress));
    progress.end();
    const line = `${file}: ${plural(count.entries, "entry", "entries")}, ${bytes(count.bytes)} before compression`;
    return { code: 0, data: { file, ...count }, lines: [line] };
  },
};

/** The records that the last run of each program has found or stored. */
function usedOf(directory: string, all: readonly Stored[]): Stored[] {
  const latest = new Map(readRuns(directory).map((run) => [run.program, run]));
  const runs = [...latest.values()];
  const keys = new Set<string>();
  for (const one of usedByProcesses(directory)) {
    if (runs.some((run) => isSameProcess(run, one))) for (const key of one.keys) keys.add(key);
  }
  return all.filter(({ key }) => keys.has(key));
}

function* records(
  directory: string,
  found: readonly Stored[],
  count: { entries: number; bytes: number },
  progress: Progress,
): Generator<ArchivedRecord> {
  const { get } = openForReading(directory);
  for (const [index, { key, cost, owner, maxEntries, shared, created, isPart, label }] of found.entries()) {
    progress.step(index, found.length, label);
    const record = get(key);
    if (!record) continue;
    if (!isPart) count.entries++;
    count.bytes += record.byteLength;
    yield { key, cost, owner, maxEntries, shared, created: created / 1000, record };
  }
}
