/** What `dumbo report` writes into its page. scripts/report-page.mjs opens the page in a browser. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { scriptText } from "../../cli/report/html.ts";
import type { ReportData } from "../../cli/report/report-data.ts";
import { CliProject } from "../support/cli-project.ts";

const HOSTILE = '// </script><script>alert(1)</script><!-- $& $`\nexport const hostile = "</script>";\n';

let project: CliProject;
before(() => {
  project = new CliProject();
  for (let run = 0; run < 2; run++) assert.equal(project.dumbo(["run", "main.js"]).status, 0, "the program runs");
});
after(() => project.remove());

/** The data that a page has in it. */
function dataOf(html: string): ReportData {
  const found = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html);
  assert.ok(found?.[1], "the page has its data");
  return JSON.parse(found[1]) as ReportData;
}

function reported(args: readonly string[] = []): { readonly html: string; readonly data: ReportData } {
  const { status, stderr } = project.dumbo(["report", ...args, "--out", "page.html"]);
  assert.equal(status, 0, stderr);
  const html = project.read("page.html");
  return { html, data: dataOf(html) };
}

test("the page is one file that refers to nothing outside", () => {
  const { html } = reported();
  assert.match(html, /Content-Security-Policy" content="default-src 'none'/);
  assert.doesNotMatch(html, /<(link|img|iframe)\b|<script[^>]*\bsrc=|@import|url\(/i);
});

test("where the time of the last run went: answered, computed, refused", () => {
  const { data } = reported();
  assert.deepEqual(
    data.runs.map(({ mode, hits }) => [mode, hits]),
    [
      ["first", 0],
      ["warm", 3],
    ],
  );
  const of = (name: string) => {
    const one = data.functions.find((fn) => fn.name === name);
    assert.ok(one, `${name} is in the report`);
    return one;
  };
  const page = of("renderPage");
  assert.equal(page.verdict, "cached");
  assert.ok(page.answered > 0 && page.computed === 0 && page.refused === 0, JSON.stringify(page));
  // What the last run has counted, and not what all runs add up to.
  const answered = data.functions.reduce((sum, one) => sum + one.answered, 0);
  const saved = data.runs.at(-1)?.saved ?? 0;
  assert.ok(Math.abs(answered - saved) < 0.1, `${answered} ms of functions, ${saved} ms of the run`);
  assert.deepEqual(page.graph?.values, ["`options.theme`"]);
  assert.ok(
    page.graph?.reaches.some(({ text }) => text.startsWith("work page.js:")),
    "it reaches work",
  );
  assert.deepEqual(of("readData").graph?.reads, ["file data.txt"]);
  const clock = of("clock");
  assert.deepEqual([clock.at?.file, clock.entry], ["page.js", "./page.js#clock"]);
  assert.match(clock.advice ?? "", /hand in the time/);
  assert.equal(data.profile, null);
});

test("a profile tells the times of functions without a guard, too", () => {
  project.dumbo(["run", "--profile", "main.js"]);
  const { data } = reported();
  assert.equal(data.profile?.isLast, true);
  const refused = (name: string) => data.functions.find((one) => one.name === name)?.refused ?? 0;
  assert.ok(refused("counted") > 0 && refused("clock") > 0, "both took time");
  project.dumbo(["run", "main.js"]);
  assert.equal(reported().data.profile?.isLast, false, "a run after it is another one");
});

test("the store by function, and by age", () => {
  const { store } = reported().data;
  const entries = store.functions.reduce((sum, one) => sum + one.entries, 0);
  assert.equal(entries, 5);
  assert.equal(
    store.ages.reduce((sum, one) => sum + one.entries, 0),
    entries,
  );
  assert.ok(
    store.functions.every(({ id, bytes }) => id !== null && bytes > 0),
    "all functions are known",
  );
});

test("nothing in a source can end the page's script", () => {
  project.write("page.js", HOSTILE + project.read("page.js"));
  project.dumbo(["run", "main.js"]);
  const { data, html } = reported();
  assert.ok(data.sources["page.js"]?.startsWith(HOSTILE), "the text is as it was");
  assert.equal(html.match(/<\/script>/g)?.length, 2, "the page's own two");
  assert.equal(JSON.parse(scriptText(HOSTILE)), HOSTILE);
});

test("a file that cannot be written is said", () => {
  const { status, stderr } = project.dumbo(["report", "--out", "no/such/folder.html"]);
  assert.equal(status, 1);
  assert.match(stderr, /^dumbo: .*folder\.html cannot be written: /);
  assert.equal(project.dumbo(["report", "no-such-program"]).status, 1);
});
