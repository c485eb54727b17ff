/** Makes the page of the report: one file with its data in it, which loads nothing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReportData } from "./report-data.ts";

/** The place of the data in the page; scripts/page.mjs puts it there. */
const PLACE = "/*data*/";

export function reportHtml(data: ReportData): string {
  const page = readFileSync(join(__dirname, "report.html"), "utf8");
  const at = page.indexOf(PLACE);
  return page.slice(0, at) + scriptText(data) + page.slice(at + PLACE.length);
}

/** JSON that is safe in a script element: it cannot end the element, or begin a comment in it. */
export function scriptText(data: unknown): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}
