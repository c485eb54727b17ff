// Asks every supported Node what the taps watch there, and writes audit/verdicts/verdicts.json and docs/verdicts.md of it:
// `npm run verdicts`. With `--docs`, only the page is written anew.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MAJORS, merge } from "../audit/verdicts/verdicts.ts";
import { page, seenBy } from "../test/audit/verdicts/seen.ts";
import { build, remove } from "../test/support/tap-programs.ts";
import { nodeBinary } from "./nodes.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const list = `${root}audit/verdicts/verdicts.json`;
if (!process.argv.includes("--docs")) {
  await build();
  const seen = new Map(MAJORS.map((major) => [major, seenBy(nodeBinary(major))]));
  remove();
  writeFileSync(list, `${JSON.stringify(merge(seen), null, 2)}\n`);
}
writeFileSync(`${root}docs/verdicts.md`, page(JSON.parse(readFileSync(list, "utf8"))));
