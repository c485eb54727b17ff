"use strict";

const fs = require("fs");
const { minify } = require("terser");
const { countLines, isModule, licenses } = require("./source");

/** Options for one script: terser writes into what it is given. */
const options = (code) => ({
  module: isModule(code),
  compress: { ecma: 2020, keep_fargs: false },
  mangle: { reserved: ["require", "exports", "module"] },
  format: { comments: false },
});

/** Minifies one script. Sizes are in characters. */
async function minifyFile(name, file) {
  const code = fs.readFileSync(file, "utf8");
  console.log(`${name}: ${code.length} characters`);
  const result = await minify({ [name]: code }, options(code));
  const header = licenses(code);
  const minified = [...header, result.code].join("\n");
  return { name, code: `${minified}\n`, before: code.length, after: minified.length, lines: countLines(code) };
}

module.exports = minifyFile;
