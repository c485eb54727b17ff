/** The timeline of the last profiled run, with the report's names of functions and threads. */
import { profileKey } from "../../src/report/summary.ts";
import type { ProgramFunction } from "../profile/program-functions.ts";
import type { Lane, Timeline } from "../profile/timeline.ts";
import type { ReportTimeline } from "./report-data.ts";

/** @param known the functions of the report, in their order */
export function timelineOf(timeline: Timeline | null, known: readonly ProgramFunction[]): ReportTimeline | null {
  if (timeline === null) return null;
  const idOf = new Map(known.map(({ file, name, line }, id) => [profileKey(file, name, line), id]));
  const { took, interval, least, functions, lanes } = timeline;
  const first = lanes[0]?.pid;
  return {
    took,
    interval,
    least,
    functions: functions.map((key) => ({ text: textOf(key), id: idOf.get(key) ?? null })),
    lanes: lanes.map(({ blocks, ...lane }) => ({ name: nameOf(lane, first), blocks })),
  };
}

/** Turns a key in profiles, `src/page.ts:8 renderPage`, into `renderPage src/page.ts:8`. */
function textOf(key: string): string {
  const [, place = "", name = key] = /^(.*:\d+) (.*)$/.exec(key) ?? [];
  return `${name} ${place}`.trim();
}

/** The name of a thread. @param first the process that began first: the program itself */
function nameOf({ pid, thread, isHookThread }: Omit<Lane, "blocks">, first: number | undefined): string {
  const name = thread === 0 ? "main thread" : isHookThread ? `Node's module hooks (${thread})` : `worker ${thread}`;
  return pid === first ? name : `process ${pid}, ${name}`;
}
