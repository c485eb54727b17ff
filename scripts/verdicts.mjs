// Asks every supported Node what the taps watch there, and writes audit/verdicts.json and docs/verdicts.md of it:
// `npm run verdicts`. With `--docs`, only the page is written anew.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MAJORS, merge } from "../audit/verdicts.ts";
import { build, remove } from "../test/tap-programs.ts";
import { page, seenBy } from "../test/verdicts/seen.ts";
import { nodeBinary } from "./nodes.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const list = `${root}audit/verdicts.json`;
if (!process.argv.includes("--docs")) {
  await build();
  const seen = new Map(MAJORS.map((major) => [major, seenBy(nodeBinary(major))]));
  remove();
  writeFileSync(list, `${JSON.stringify(merge(seen), null, 2)}\n`);
}
writeFileSync(`${root}docs/verdicts.md`, page(JSON.parse(readFileSync(list, "utf8"))));
