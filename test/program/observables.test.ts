/** docs/soundness.md says of each type what the differential programs try: `UPDATE=1 node --import tsx` on this file writes it. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { markdownTable } from "markdown-table";
import { changesTable } from "./differential/programs/changes.ts";
import { observableTable } from "./differential/programs/observables.ts";

const file = new URL("../../docs/soundness.md", import.meta.url);

/** @param mark the comment in front of the table */
function checkTable(mark: string, rows: string[][]): void {
  const table = markdownTable(rows, { alignDelimiters: false, padding: true, delimiterEnd: true });
  const text = readFileSync(file, "utf8");
  const place = new RegExp(`(?<=<!-- ${mark} -->\\n\\n)(\\|.*\\n)*`);
  if (process.env.UPDATE)
    writeFileSync(
      file,
      text.replace(place, () => `${table}\n`),
    );
  // However it is laid out.
  const plain = (one: string) => one.replace(/ +/g, " ").replace(/-+/g, "-");
  assert.ok(plain(readFileSync(file, "utf8")).includes(plain(table)), "UPDATE=1 writes it");
}

test("the table of what can be seen is that of the programs", () => {
  checkTable("observables", [["type", "in the key", "refused"], ...observableTable()]);
});

test("the table of what is changed is that of the programs", () => {
  checkTable("changes", [["value", "kept", "refused"], ...changesTable()]);
});
