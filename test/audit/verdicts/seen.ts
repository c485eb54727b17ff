/** What the taps watch, as one Node shows it; and the page that is made of that. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Listing, render, type Seen } from "../../../audit/verdicts/verdicts.ts";
import { run } from "../../support/tap-programs.ts";

const collector = readFileSync(new URL("collect.cjs", import.meta.url), "utf8");

/** Runs the collector with a Node binary. Expects the taps to be built (test/support/tap-programs.ts). */
export function seenBy(node: string): Seen {
  const { status, stdout, stderr } = run(collector, { preload: "bare", node });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Seen;
}

const HEAD = `# Verdicts

What becomes of a call that uses an export of one of Node's built-in modules, or a global. This page is generated
(\`npm run verdicts\`): the scan is asked about each name, and each tap, on each supported Node, what it would publish. Tests
compare it with the running Node.

- **pure**: computes from its arguments alone, and may be used by functions that are cached.
- **recorded read**: what it learns is written down with the result, and looked at again before the result is used. Functions that
  open something (\`openSync\`, \`fs.promises.open\`, \`createReadStream\`, \`readline.createInterface\`) and those that read by it are that
  only where the code shows that a function keeps it to itself ([soundness.md](soundness.md)).
- **replayed output**: what it writes is kept with the result, and written again.
- **replayed write**: with \`"replayWrites": true\` in dumbo.config.json, whole files that it writes (and folders that it makes) are
  kept with the result, and written again; without, it forbids.
- **forbids**: a tap sees it on every road, and the calls around it are not cached. The kind is that of the event on the
  diagnostics channel \`dumbo:audit\`.
- **held**: keeps all that it does to the objects which it makes. Code that has it as a value may be cached, also where it uses it; a use by
  its name forbids, but for \`extends\` and its like.
- **unknown**: not known to be pure. Code that can reach it by its name, or as a value, is refused; no tap sees a call of it.
  For what is among these in fact pure there is the assumePure list.

\`a.b\` is a member of \`a\`, \`a#b\` one that instances of \`a\` have. Members of exports, and what instances have, are listed
where they differ from the export itself. \`Date\` stands for the call without arguments, \`Intl.DateTimeFormat#format\`, too:
with arguments they are pure. Versions of Node are given where not all of them have a name.

`;

/** docs/verdicts.md */
export function page(watched: Listing): string {
  return HEAD + render(watched);
}
