/** Reads and writes the timeline of the last profiled run, which is kept beside the store. */
import { join } from "node:path";
import { readSealed, writeSealed } from "../../src/policy/sealed-file.ts";
import type { Timeline } from "./timeline.ts";

function fileOf(directory: string): string {
  return join(directory, "timeline.json");
}

export function readTimeline(directory: string): Timeline | null {
  return readSealed<Timeline>(fileOf(directory)) ?? null;
}

/** @throws what the file system throws */
export function writeTimeline(directory: string, timeline: Timeline): void {
  writeSealed(fileOf(directory), timeline);
}
