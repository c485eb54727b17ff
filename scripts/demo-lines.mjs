// What `npm run demo` runs and prints: README.md shows a part of it.

export const EXAMPLES = [
  {
    name: "site",
    what: "180 Markdown pages to HTML, with marked and highlight.js",
    script: "build.ts",
    generate: "generate.ts",
  },
  {
    name: "analytics",
    what: "statistics and k-means over 200,000 rows of CSV",
    script: "main.ts",
    generate: "generate.ts",
  },
  { name: "legacy", what: "40 scripts minified with terser, from CommonJS", script: "minify.cjs", generate: null },
];

export const SAME = "  output and files are byte for byte the same\n";

/** @param {{ name: string, what: string }} example */
export function headLine({ name, what }) {
  return `${name}: ${what}`;
}

/**
 * The three runs of an example, as they are typed.
 * @param {string} script
 * @param {string[]} bare what Node needs without dumbo
 */
export function runLabels(script, bare) {
  const withDumbo = `node --import dumbo/auto ${script}`;
  return [`node ${[...bare, script].join(" ")}`, withDumbo, withDumbo];
}

/**
 * @param {string} label
 * @param {number} ms
 * @param {string} told by dumbo, when the run ended
 */
export function runLine(label, ms, told) {
  return `  ${label.padEnd(44)} ${(ms / 1000).toFixed(2).padStart(6)} s   ${told}`;
}
