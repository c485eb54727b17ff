"use strict";

const { minify } = require("terser");
const { countLines, isModule, licenses } = require("./source");

const compress = { ecma: 2020, keep_fargs: false };
const reserved = ["require", "exports", "module"];

/** Minifies one script. Sizes are in characters. */
async function minifySource(name, code) {
  const result = await minify(
    { [name]: code },
    { module: isModule(code), compress, mangle: { reserved }, format: { comments: false } },
  );
  const header = licenses(code);
  const minified = [...header, result.code].join("\n");
  return { name, code: `${minified}\n`, before: code.length, after: minified.length, lines: countLines(code) };
}

module.exports = minifySource;
