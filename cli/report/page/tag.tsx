import type { ReportFunction } from "../report-data.ts";

export function Tag({ of: { verdict, word } }: { of: ReportFunction }) {
  return <span class={`tag tag-${verdict}`}>{word}</span>;
}
