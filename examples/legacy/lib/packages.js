"use strict";

// What to minify: the scripts of a package's folder whose names match.
module.exports = [
  { name: "acorn", folder: "dist", pattern: /^acorn\.js$/ },
  { name: "highlight.js", folder: "lib", pattern: /^core\.js$/ },
  {
    name: "highlight.js",
    folder: "lib/languages",
    pattern:
      /^(?:bash|c|cpp|csharp|css|go|java|javascript|less|markdown|perl|php|python|ruby|rust|scss|sql|swift|typescript)\.js$/,
  },
  { name: "terser", folder: "lib", pattern: /^(?:minify|output|parse|propmangle|scope|size|transform)\.js$/ },
  { name: "terser", folder: "lib/compress", pattern: /\.js$/ },
];
