"use strict";

// Minifies scripts of installed packages: node minify.cjs [--out DIR] [PACKAGE...]

const path = require("path");
const { parseArgs } = require("util");
const packages = require("./lib/packages");
const files = require("./lib/files");
const minifyFile = require("./lib/minify-file");
const { formatReport } = require("./lib/report");

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string", default: path.join(__dirname, "out") } },
  });
  const wanted = packages.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

  const results = [];
  for (const entry of wanted) {
    for (const script of files.findScripts(entry)) {
      const result = await minifyFile(script.name, script.file);
      files.writeFile(path.join(values.out, result.name), result.code);
      results.push(result);
    }
  }
  console.log(formatReport(results));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
