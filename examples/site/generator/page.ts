import type { Random } from "./random.ts";
import { snippet } from "./snippets.ts";
import { capitalize, fill, paragraph } from "./words.ts";

export interface Stub {
  name: string;
  title: string;
  section: string;
}

const sections = ["concepts", "guides", "howto", "operations", "recipes", "reference"];
const authors = ["Ada Okafor", "Jonas Lindt", "Mei Tanaka", "Rosa Delgado", "Tom Whitaker"];
const titles = [
  "How to __verb__ a __adj__ __noun__",
  "The __adj__ __noun__ and its __noun__",
  "__Noun__ and __noun__ in practice",
  "Why a __noun__ has to __verb__",
  "__Noun__ options",
  "From __noun__ to __noun__",
];
const tags =
  "api caching cli concurrency config data deployment errors formats internals logging network performance queues " +
  "security storage streams testing tooling upgrades";
const tagList = tags.split(" ");

/** Names and titles of all pages: every page has to know the others in order to link to them. */
export function createStubs(random: Random, count: number): Stub[] {
  const stubs = new Map<string, Stub>();
  while (stubs.size < count) {
    const section = random.pick(sections);
    const title = fill(random.pick(titles), random);
    const name = `${section}-${title.toLowerCase().replace(/ /g, "-")}`;
    stubs.set(name, { name, title, section });
  }
  return [...stubs.values()];
}

export function createPage(random: Random, stub: Stub, stubs: readonly Stub[]): string {
  const parts = [frontMatter(random, stub), paragraph(random, 4)];
  const chapters = random.int(4, 6);
  for (let i = 0; i < chapters; i++) {
    parts.push(`## ${fill("__Noun__ and __noun__", random)}`, paragraph(random, random.int(3, 6)));
    parts.push(chapterBody(random, stubs), codeBlock(random));
    if (random.chance(0.5))
      parts.push(`### ${fill("When to __verb__", random)}`, paragraph(random, 3), codeBlock(random));
  }
  parts.push("## See also", linkList(random, stubs));
  return `${parts.join("\n\n")}\n`;
}

function frontMatter(random: Random, stub: Stub): string {
  const day = new Date(Date.UTC(2023, 0, 1 + random.int(0, 700))).toISOString().slice(0, 10);
  const own = random.shuffle(tagList).slice(0, random.int(1, 4));
  return [
    "---",
    `title: "${stub.title}"`,
    `section: ${stub.section}`,
    `date: ${day}`,
    `author: ${random.pick(authors)}`,
    `tags: [${own.join(", ")}]`,
    `draft: ${random.chance(0.03)}`,
    "---",
  ].join("\n");
}

function chapterBody(random: Random, stubs: readonly Stub[]): string {
  switch (random.int(0, 4)) {
    case 0:
      return table(random);
    case 1:
      return bulletList(random);
    case 2:
      return numberedList(random, stubs);
    case 3:
      return fill("> **Note:** the __adj__ __noun__ is `__adj__` by default.\n> Do not __verb__ it.", random);
    default: {
      const target = random.pick(stubs);
      return `More about this in [${target.title}](./${target.name}.md), ${fill("or in the chapter about __noun__s.", random)}`;
    }
  }
}

function table(random: Random): string {
  const rows = ["| Option | Type | Default | Meaning |", "| :-- | --- | --: | --- |"];
  const count = random.int(4, 9);
  for (let i = 0; i < count; i++) {
    rows.push(
      fill("| `__noun__.__adj__` | __noun__ | __num__ | Whether to __verb__ the **__adj__** __noun__ |", random),
    );
  }
  return rows.join("\n");
}

function bulletList(random: Random): string {
  const lines: string[] = [];
  const count = random.int(3, 6);
  for (let i = 0; i < count; i++) {
    lines.push(fill("- a *__adj__* `__noun__`, which may __verb__", random));
    if (random.chance(0.4)) lines.push(fill("  - but not a __adj__ one\n  - nor its __noun__", random));
  }
  return lines.join("\n");
}

function numberedList(random: Random, stubs: readonly Stub[]): string {
  const lines: string[] = [];
  const count = random.int(3, 5);
  for (let i = 1; i <= count; i++) {
    const target = random.pick(stubs);
    lines.push(
      `${i}. ${capitalize(fill("__verb__ the __noun__", random))}, see [${target.title}](./${target.name}.md).`,
    );
  }
  return lines.join("\n");
}

// Many authors do not care to label their code.
function codeBlock(random: Random): string {
  const { language, code } = snippet(random, random.int(2, 3));
  const label = random.chance(0.7) ? language : "";
  return `\`\`\`${label}\n${code}\n\`\`\``;
}

function linkList(random: Random, stubs: readonly Stub[]): string {
  const targets = random.shuffle(stubs).slice(0, 3);
  return [
    ...targets.map((target) => `- [${target.title}](./${target.name}.md)`),
    `- [The project](https://example.com/ "External")`,
  ].join("\n");
}
