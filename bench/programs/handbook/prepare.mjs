import { mkdirSync, writeFileSync } from "node:fs";

mkdirSync("chapters", { recursive: true });
for (let chapter = 1; chapter <= 9; chapter++) {
  const parts = [`# Chapter ${chapter}`];
  for (let section = 1; section <= 22; section++) {
    parts.push(`## Section ${chapter}.${section}`);
    parts.push(`Some *text* with **emphasis**, \`code\` and a [link](https://example.com/${section} "title") ~~old~~.`);
    parts.push(
      "| name | value | note |\n| :--- | ---: | --- |\n" +
        Array.from({ length: 8 }, (_, i) => `| row ${i} | ${i * section} | \`x\` & y |`).join("\n"),
    );
    parts.push("```js\nconst x = 1 < 2;\n```");
    parts.push("- [x] done\n- [ ] open\n  1. first\n  2. second\n\n> quoted **text**\n> over lines");
  }
  writeFileSync(`chapters/${chapter}.md`, parts.join("\n\n"));
}
