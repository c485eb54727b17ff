/** What a run that is noted as a whole keeps of what the taps say (src/trace/whole-run.ts). */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Token } from "../../src/trace/event.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { WholeRun } from "../../src/trace/whole-run.ts";

function noted(...tokens: readonly Token[]): { readonly run: WholeRun; readonly outcome: WholeRun["outcome"] } {
  const place = () => ({ path: "/p/a.js", line: 3 });
  const nothing = () => undefined;
  const placeOf = (path: string) => ({ path, leads: null });
  const absolute = (path: string) => path;
  const run = new WholeRun({ onGivenUp: nothing, place, caller: place, now: () => 7, placeOf, absolute });
  for (const token of tokens) run.note({ kind: "file", name: "fs.readFileSync", token });
  return { run, outcome: run.outcome };
}

const observed = (...query: readonly string[]): Token => ({
  kind: "observed",
  dependency: { query, answer: "a", fingerprint: "" },
});
const written = (
  action: readonly string[],
  more: { isNew?: boolean; content?: string; bytes?: Uint8Array | null } = {},
): Token => ({
  kind: "written",
  written: { action, content: "", size: 0, bytes: null, ...more },
});

test("what calls that were answered have asked of the process itself is asked of no other process", () => {
  const { outcome } = noted(
    observed("absent", "zork"),
    observed("console"),
    observed("as made", "map"),
    observed("cwd"),
  );
  assert.deepEqual(
    (outcome as Trace).dependencies.map(({ query }) => query),
    [["cwd"]],
  );
});

test("files and folders are noted as they were written last", () => {
  const { run, outcome } = noted(
    written(["folder", "pout", "", "r"], { isNew: true }),
    written(["file", "pout/a", ""], { content: "1" }),
    written(["file", "pout/a", ""], { content: "2" }),
  );
  assert.equal("kind" in outcome, false);
  assert.deepEqual(run.written.places, [
    { action: ["folder", "pout", "", "r"], content: "", isFresh: false, after: 0 },
    { action: ["file", "pout/a", ""], content: "2", isFresh: false, after: 0 },
  ]);
  assert.deepEqual(run.written.asked, [{ place: { path: "/p/a.js", line: 3 }, isNew: true }]);
  assert.deepEqual([run.wrote("pout/a"), run.wrote("pout/b")], [true, false]);
});

test("contents are kept as long as they are small", () => {
  const of = (bytes: Uint8Array | null) =>
    noted(written(["file", "pa", ""], { content: "1", bytes })).run.written.contents;
  assert.deepEqual([...(of(new Uint8Array([7])) ?? [])], [["1", new Uint8Array([7])]]);
  assert.equal(of(new Uint8Array(5 * 1024 * 1024)), null);
  assert.equal(of(null), null);
});

test("a run is given up that copies, makes a folder that must not be there, or one of which nobody knows whether it was", () => {
  for (const token of [
    written(["copy", "pa", "pb"]),
    written(["folder", "pout", "", ""], { isNew: true }),
    written(["folder", "pout", "", "r"]),
  ]) {
    assert.equal("kind" in noted(token).outcome, true);
  }
});
