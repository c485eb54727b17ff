// Which diagnostics channels each supported Node has, and what is done with them: the table in notes/channels.md.
// `node --import tsx scripts/channels.mjs`
import { declaredBy, judged } from "../test/audit/channels/declared.ts";
import { majors, nodeBinary } from "./nodes.mjs";

const found = new Map(majors.map((major) => [major, declaredBy(nodeBinary(major))]));
const names = [...new Set([...found.values()].flat())].sort();
console.log(`| channel | ${majors.join(" | ")} | event |\n| --- |${" --- |".repeat(majors.length + 1)}`);
for (const name of names) {
  const marks = majors.map((major) => (found.get(major)?.includes(name) ? "yes" : "-"));
  console.log(`| \`${name}\` | ${marks.join(" | ")} | ${judged(name) ?? "**undecided**"} |`);
}
