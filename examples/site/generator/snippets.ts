import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "./random.ts";
import { fill } from "./words.ts";

interface Language {
  name: string;
  open: string;
  close: string;
  separator: string;
}

const languages: Language[] = [
  { name: "bash", open: "#!/usr/bin/env bash\nset -euo pipefail\n\n", close: "", separator: "\n\n" },
  { name: "css", open: "", close: "", separator: "\n\n" },
  { name: "go", open: "package __noun__\n\n", close: "", separator: "\n\n" },
  { name: "java", open: "public final class __Noun__Service {\n", close: "\n}", separator: "\n\n" },
  { name: "javascript", open: 'import { __verb__ } from "./__noun__.js";\n\n', close: "", separator: "\n\n" },
  { name: "json", open: '{\n  "name": "__noun__",\n', close: "\n}", separator: ",\n" },
  { name: "python", open: "from __noun__ import __verb__\n\n", close: "", separator: "\n\n\n" },
  { name: "rust", open: "use crate::__noun__::__Noun__;\n\n", close: "", separator: "\n\n" },
  { name: "sql", open: "", close: "", separator: "\n\n" },
  { name: "typescript", open: 'import type { __Noun__ } from "./__noun__.ts";\n\n', close: "", separator: "\n\n" },
  { name: "xml", open: "<!doctype html>\n<main>\n", close: "\n</main>", separator: "\n" },
  { name: "yaml", open: "version: __num__\n", close: "", separator: "\n" },
];

const templateFolder = join(import.meta.dirname, "templates");

const templates = new Map(
  languages.map((language) => {
    const text = readFileSync(join(templateFolder, `${language.name}.txt`), "utf8").replace(/\r\n/g, "\n");
    return [language.name, text.trimEnd().split("\n----\n")] as const;
  }),
);

/** A piece of code in a language picked at random, made of `parts` pieces of that language's templates. */
export function snippet(random: Random, parts: number): { language: string; code: string } {
  const language = random.pick(languages);
  const pieces = random.shuffle(templates.get(language.name) as string[]).slice(0, parts);
  const code = language.open + pieces.join(language.separator) + language.close;
  return { language: language.name, code: fill(code, random) };
}
