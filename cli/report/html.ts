/** The page of the report with its data in it: one file, which loads nothing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReportData } from "./report-data.ts";

/** Where the data goes: scripts/page.mjs puts this into the page. */
const PLACE = "/*data*/";

export function reportHtml(data: ReportData): string {
  const page = readFileSync(join(__dirname, "report.html"), "utf8");
  const at = page.indexOf(PLACE);
  return page.slice(0, at) + scriptText(data) + page.slice(at + PLACE.length);
}

/** JSON that may stand in a script element: nothing in it can end the element, or begin a comment. */
export function scriptText(data: unknown): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}
