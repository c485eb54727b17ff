/** What the documents say of commands is what the commands say of themselves. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { COMMANDS } from "../../cli/commands/commands.ts";
import { withDocs } from "../../cli/docs.ts";
import { commandNamed, parseWords } from "../../cli/parse.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const text = readFileSync(join(root, "docs/command-line.md"), "utf8");

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

test("each line of a document that begins with npx dumbo is understood", () => {
  const files = ["README.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)];
  let count = 0;
  for (const file of files.filter((name) => name.endsWith(".md"))) {
    const lines = readFileSync(join(root, file), "utf8").matchAll(/(?:^|`|&& )npx dumbo ([^`\n#&]+)/gm);
    for (const [, line = ""] of lines) {
      const [name, ...words] = line.trim().split(/\s+/);
      if (name === "COMMAND") continue;
      const command = commandNamed(name, COMMANDS);
      assert.ok(command, `${file}: ${line}`);
      assert.doesNotThrow(() => parseWords(command, words), `${file}: ${line}`);
      count++;
    }
  }
  assert.ok(count > 50, `${count} lines`);
});
