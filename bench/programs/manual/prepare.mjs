import { mkdirSync, writeFileSync } from "node:fs";

mkdirSync("pages", { recursive: true });
const code = (n) =>
  [
    "```js",
    `function step${n}(list) {`,
    "  // adds up",
    "  return list.map((x) => x * 2).filter(Boolean).reduce((a, b) => a + b, 0);",
    "}",
    `console.log(step${n}([1, 2, ${n}]));`,
    "```",
  ].join("\n");
for (let n = 0; n < 160; n++) {
  const sections = Array.from(
    { length: 6 },
    (_, i) =>
      `## Part ${i}\n\nSome *text* about [page ${n}](./${n}.html), \`code\` and **more** of it.\n\n- one\n- two ${i}\n  1. deep\n  2. deeper\n\n| a | b |\n|---|---|\n| ${n} | ${i} |\n\n${code(n * 10 + i)}\n`,
  );
  writeFileSync(
    `pages/${String(n).padStart(3, "0")}.md`,
    `---\ntitle: Page ${n}\ntags: [a, b${n % 7}]\n---\n\n# Page ${n}\n\n${sections.join("\n")}`,
  );
}
