// Makes the page of `dumbo report` of its sources: one file with its style and script, which `dumbo report` writes its data into.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

// Nothing is loaded, whatever the data says.
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * @param {string} root the package's folder
 * @param {string} out an existing folder
 */
export async function buildPage(root, out) {
  const page = join(root, "cli/report/page");
  const result = await build({
    absWorkingDir: root,
    entryPoints: [join(page, "main.tsx")],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
  });
  const script = result.outputFiles[0]?.text ?? "";
  if (/<\/script|<!--/i.test(script)) throw new Error("the script would end its element");
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>dumbo report</title>
<style>
${readFileSync(join(page, "style.css"), "utf8")}</style>
<div id="report"></div>
<script type="application/json" id="data">/*data*/</script>
<script>${script}</script>
</html>
`;
  writeFileSync(join(out, "report.html"), html);
  return result;
}
