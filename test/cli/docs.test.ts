/** What the documents say of commands is what the commands say of themselves. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { COMMANDS } from "../../cli/commands/commands.ts";
import { withDocs } from "../../cli/docs.ts";

const text = readFileSync(new URL("../../docs/command-line.md", import.meta.url), "utf8");

test("docs/command-line.md is up to date with the table of commands (npm run docs)", () => {
  assert.equal(withDocs(text, COMMANDS), text);
});

test("each command has a heading of its own", () => {
  for (const { name } of COMMANDS) assert.ok(text.includes(`\n## ${name}\n`), name);
});

test("a command without a place is noticed", () => {
  const [first] = COMMANDS;
  assert.ok(first, "there are commands");
  assert.throws(() => withDocs(text, [{ ...first, name: "other" }]), /no place for other/);
});
