// What dumbo makes of functions that use well-known packages, without a list and with all of them on it:
//   npm run build && node scripts/libraries.mjs [--unlisted] [NAME ...]
// Installs them, in these versions, into .tmp/libraries. Everything sound is kept, so that what is not cached is refused.
// With --unlisted, only without a list.
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
/** Chosen before any of them was tried. */
const MORE = {
  "@babel/parser@7.29.15": ["{ parse }", "parse(code).program.body.length"],
  "@dagrejs/dagre@3.1.3": [
    "dagre",
    `(() => {
      const graph = new dagre.graphlib.Graph().setGraph({}).setDefaultEdgeLabel(() => ({}));
      for (const { name } of rows.slice(0, 30)) graph.setNode(name, { width: 10, height: 10 });
      for (let i = 1; i < 30; i++) graph.setEdge(rows[i >> 1].name, rows[i].name);
      dagre.layout(graph);
      return graph.node("name 7").x;
    })()`,
  ],
  "decimal.js@10.6.0": [
    "Decimal",
    "rows.reduce((sum, { value }) => sum.plus(new Decimal(value).sqrt()), new Decimal(0)).toString()",
  ],
  "ejs@7.0.2": ["ejs", 'ejs.render("<% for (const { name } of rows) { %><p><%= name %></p><% } %>", { rows }).length'],
  "joi@18.3.2": [
    "Joi",
    "Joi.array().items(Joi.object({ id: Joi.number(), name: Joi.string(), value: Joi.any() })).validate(rows).value.length",
  ],
  "jpeg-js@0.4.4": [
    "jpeg",
    "jpeg.encode({ data: Buffer.alloc(64 * 64 * 4, rows.length), width: 64, height: 64 }, 50).data.length",
  ],
  "js-beautify@2.0.3": ["beautify", "beautify.js(code).length"],
  "jsonc-parser@3.3.1": ["{ parse }", 'parse(JSON.stringify(rows) + " // end").length'],
  "katex@0.19.1": [
    "katex",
    'rows.slice(0, 20).map(({ id }) => katex.renderToString("\\\\frac{" + id + "}{x^2}")).join("").length',
  ],
  "luxon@3.7.2": [
    "{ DateTime }",
    'DateTime.fromMillis(0, { zone: "utc" }).plus({ days: rows.length }).toFormat("yyyy-MM-dd")',
  ],
  "markdown-it@15.0.3": ["MarkdownIt", 'new MarkdownIt().render("# a\\n\\n* b\\n".repeat(rows.length)).length'],
  "ml-matrix@6.15.1": ["{ Matrix, inverse }", "inverse(new Matrix([[rows.length, 1], [2, 3]])).get(0, 0)"],
  "moment@2.31.0": ["moment", 'moment.utc(0).add(rows.length, "days").format("YYYY-MM-DD")'],
  "nunjucks@3.2.4": [
    "nunjucks",
    'nunjucks.renderString("{% for row in rows %}<p>{{ row.name }}</p>{% endfor %}", { rows }).length',
  ],
  "pako@3.0.3": ["* as pako", "pako.inflate(pako.deflate(new TextEncoder().encode(csv))).length"],
  "pngjs@7.0.0": [
    "{ PNG }",
    "PNG.sync.write(Object.assign(new PNG({ width: 32, height: 32 }), { data: Buffer.alloc(32 * 32 * 4, rows.length) })).length",
  ],
  "postcss@8.5.33": [
    "postcss",
    'postcss.parse(rows.map(({ id }) => ".a" + id + " { color: red }").join("\\n")).nodes.length',
  ],
  "pug@3.0.4": ["pug", 'pug.render("each row in rows\\n  p= row.name", { rows }).length'],
  "sql-formatter@15.9.0": [
    "{ format }",
    'format("select a, b from t where a = " + rows.length + " and b in (1, 2)").length',
  ],
  "validator@13.15.35": [
    "validator",
    'rows.filter(({ name }) => validator.isEmail(name.replace(" ", "@") + ".org")).length',
  ],
};
const home = fileURLToPath(new URL("../.tmp/libraries", import.meta.url));
const auto = pathToFileURL(fileURLToPath(new URL("../dist/auto.cjs", import.meta.url))).href;
const cli = fileURLToPath(new URL("../dist/cli.cjs", import.meta.url));
const isUnlisted = process.argv[2] === "--unlisted";
const wanted = process.argv.slice(isUnlisted ? 3 : 2);
const all = { ...LIBRARIES, ...MORE };

installOnce(home, Object.keys(all), ["--ignore-scripts"]);
console.log(`Node ${process.version}`);
const table = {};
for (const [spec, [imports, use, from]] of Object.entries(all)) {
  const name = spec.slice(0, spec.lastIndexOf("@"));
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const main = `import ${imports} from ${JSON.stringify(from ?? name)};
    const rows = Array.from({ length: 500 }, (_, id) => ({ id, name: "name " + id, value: id * 0.5 }));
    const yaml = rows.map(({ id, name }) => "- id: " + id + "\\n  name: " + name).join("\\n");
    const csv = "id,name\\n" + rows.map(({ id, name }) => id + "," + name).join("\\n");
    const code = "function f(a, b) { return a + b }\\n".repeat(100);
    async function use(rows, yaml, csv, code) { return ${use}; }
    console.log(JSON.stringify(await use(rows, yaml, csv, code)));`;
  table[spec] = { "without a list": judge(main, []), ...(isUnlisted ? {} : { listed: judge(main, [name]) }) };
  console.log(spec, JSON.stringify(table[spec]));
}
if (wanted.length > 0 && Object.keys(table).length === 0)
  throw new Error(`no library is called ${wanted.join(" or ")}`);

/**
 * Runs a program bare and three times with dumbo, which learns in the first run what has to be kept, and says whether its function
 * is answered, or why not.
 */
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
  const [bare, ...others] = [[], ...Array(3).fill(["--import", auto])].map((flags) => run(...flags, "main.js"));
  for (const { stdout, stderr, status } of others) {
    assert.deepEqual(
      { stdout, stderr, status },
      { stdout: bare.stdout, stderr: bare.stderr, status: bare.status },
      main,
    );
  }
  // By its line, too: packages have functions whose names contain the word.
  const line = main.slice(0, main.indexOf("async function use")).split("\n").length;
  const [verdict = "", reason = "", more = ""] = run(cli, "explain", `main.js:${line} use`).stdout.split("\n");
  if (verdict.startsWith("cached")) return /[1-9]\d* hits?/.test(reason) ? "hits" : reason.trim();
  return (more.trim().startsWith("|") ? reason + more : reason).trim().replace(/ at \S+node_modules\//, " at ");
}
