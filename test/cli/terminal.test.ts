/** Progress on a terminal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barLine } from "../../cli/terminal.ts";

test("a bar says how far the work is, and on what", () => {
  assert.equal(barLine("exporting", 0, 4, "a.js", 80), `exporting ${".".repeat(30)} 0/4 a.js`);
  assert.equal(barLine("exporting", 2, 4, "a.js", 80), `exporting ${"#".repeat(15)}${".".repeat(15)} 2/4 a.js`);
  assert.equal(barLine("exporting", 0, 0, "", 80), `exporting ${"#".repeat(30)} 0/0 `);
});

test("a bar stays in its line, whatever the terminal's width: else the next picture would not cover it", () => {
  const what = "node_modules/some-package/lib/deep/down/in/a/folder/index.js";
  let shortened = 0;
  for (let room = 32; room < 160; room++) {
    const line = barLine("cleaning up", 123, 1000, what, room);
    assert.ok(line.length < room, `${line.length} characters in ${room}`);
    assert.match(line, /^cleaning up #*\.* {2}123\/1000 /);
    if (line.endsWith("index.js") && !line.endsWith(what)) shortened++;
  }
  assert.ok(shortened > 20, `${shortened} times the path was cut, and its end is there`);
  assert.ok(barLine("cleaning up", 123, 1000, what, 160).endsWith(` ${what}`), "where there is room, it is whole");
});
