// What dumbo makes of functions that use well-known packages, without a list and with all of them on it:
//   npm run build && node scripts/libraries.mjs [NAME ...]
// Installs them, in these versions, into .tmp/libraries. Everything sound is kept, so that what is not cached is refused.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installOnce } from "./npm.mjs";

/** How each is imported, and what a function does with it: `rows` are 500 records, `yaml`, `csv` and `code` are texts. */
const LIBRARIES = {
  "acorn@8.19.0": ["* as acorn", "acorn.parse(code, { ecmaVersion: 2022 }).body.length"],
  "ajv@8.20.0": ["Ajv", 'new Ajv().compile({ type: "array", items: { type: "object" } })(rows)'],
  "csv-parse@7.0.3": ["{ parse }", "parse(csv, { columns: true }).length", "csv-parse/sync"],
  "d3-array@3.2.5": ["* as d3", "d3.rollups(rows, (v) => d3.sum(v, (d) => d.value), (d) => d.id % 10)"],
  "date-fns@4.4.0": ["{ addDays, format }", 'format(addDays(new Date(0), rows.length), "yyyy-MM-dd")'],
  "dayjs@1.11.23": ["dayjs", 'dayjs(0).add(rows.length, "day").format("YYYY-MM-DD")'],
  "fast-xml-parser@5.12.1": [
    "{ XMLParser }",
    'new XMLParser().parse("<a>" + "<b>1</b>".repeat(rows.length) + "</a>").a.b.length',
  ],
  "handlebars@4.7.10": ["Handlebars", 'Handlebars.compile("{{#each rows}}<p>{{name}}</p>{{/each}}")({ rows }).length'],
  "immer@11.2.10": ["{ produce }", "produce(rows, (draft) => { draft[0].value = 1; })[0].value"],
  "js-yaml@5.5.0": ["* as jsyaml", "jsyaml.load(yaml).length"],
  "lodash@4.18.1": ["_", '_.mapValues(_.groupBy(rows, (d) => d.id % 10), (g) => _.sumBy(g, "value"))'],
  "marked@18.2.1": ["{ marked }", 'marked.parse("# a\\n\\n* b\\n".repeat(rows.length)).length'],
  "mathjs@15.2.0": ["{ evaluate }", 'evaluate("sqrt(x^2 + 3)", { x: rows.length })'],
  "mustache@4.2.0": ["Mustache", 'Mustache.render("{{#rows}}<p>{{name}}</p>{{/rows}}", { rows }).length'],
  "papaparse@5.7.1": ["Papa", "Papa.parse(csv, { header: true }).data.length"],
  "prettier@3.10.1": ["prettier", 'prettier.format(code, { parser: "babel" }).then((text) => text.length)'],
  "ramda@0.32.0": ["* as R", 'R.sum(R.map(R.prop("value"), R.sortBy(R.prop("name"), rows)))'],
  "semver@7.8.6": ["semver", 'rows.filter(({ id }) => semver.satisfies("1." + id + ".0", "^1.2.3")).length'],
  "yaml@2.9.1": ["YAML", "YAML.parse(yaml).length"],
  "zod@4.6.7": ["{ z }", "z.array(z.object({ id: z.number(), name: z.string() })).parse(rows).length"],
};
const home = fileURLToPath(new URL("../.tmp/libraries", import.meta.url));
const auto = pathToFileURL(fileURLToPath(new URL("../dist/auto.cjs", import.meta.url))).href;
const cli = fileURLToPath(new URL("../dist/cli.cjs", import.meta.url));
const wanted = process.argv.slice(2);

installOnce(home, Object.keys(LIBRARIES), ["--ignore-scripts"]);
console.log(`Node ${process.version}`);
const table = {};
for (const [spec, [imports, use, from]] of Object.entries(LIBRARIES)) {
  const name = spec.slice(0, spec.lastIndexOf("@"));
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const main = `import ${imports} from ${JSON.stringify(from ?? name)};
    const rows = Array.from({ length: 500 }, (_, id) => ({ id, name: "name " + id, value: id * 0.5 }));
    const yaml = rows.map(({ id, name }) => "- id: " + id + "\\n  name: " + name).join("\\n");
    const csv = "id,name\\n" + rows.map(({ id, name }) => id + "," + name).join("\\n");
    const code = "function f(a, b) { return a + b }\\n".repeat(100);
    async function use(rows, yaml, csv, code) { return ${use}; }
    console.log(JSON.stringify(await use(rows, yaml, csv, code)));`;
  table[spec] = { "without a list": judge(main, []), listed: judge(main, [name]) };
}
if (Object.keys(table).length === 0) throw new Error(`no library is called ${wanted.join(" or ")}`);
console.table(table);

/** Runs a program bare, cold and warm, and says whether its function is answered, or why not. */
function judge(main, assumePure) {
  const place = join(home, "use");
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  writeFileSync(join(place, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(place, "main.js"), main);
  writeFileSync(join(place, "assumePure.json"), JSON.stringify({ assumePure }));
  const { DUMBO: _, NODE_OPTIONS: __, ...rest } = process.env;
  const env = { ...rest, DUMBO_DIR: join(place, "cache"), DUMBO_POLICY: "always", DUMBO_LOG: "0" };
  const run = (...args) => spawnSync(process.execPath, args, { cwd: place, env, encoding: "utf8" });
  const [bare, ...others] = [[], ["--import", auto], ["--import", auto]].map((flags) => run(...flags, "main.js"));
  for (const { stdout, stderr, status } of others) {
    assert.deepEqual(
      { stdout, stderr, status },
      { stdout: bare.stdout, stderr: bare.stderr, status: bare.status },
      main,
    );
  }
  const [verdict = "", reason = "", more = ""] = run(cli, "explain", "use").stdout.split("\n");
  if (verdict.startsWith("cached")) return /[1-9]\d* hits/.test(reason) ? "hits" : reason.trim();
  return (more.trim().startsWith("|") ? reason + more : reason).trim().replace(/ at \S+node_modules\//, " at ");
}
