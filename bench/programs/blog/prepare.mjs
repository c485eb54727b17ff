import { mkdirSync, writeFileSync } from "node:fs";

mkdirSync("posts", { recursive: true });
mkdirSync("templates", { recursive: true });
const nouns = "garden river letter window kitchen street teacher bicycle winter summer market bridge".split(" ");
const verbs = "finds loses paints remembers repairs forgets sells carries".split(" ");
let s = 31;
const pick = (list) => {
  s = (s * 16807) % 2147483647;
  return list[s % list.length];
};
const sentence = () =>
  `The ${pick(nouns)} **${pick(verbs)}** the [${pick(nouns)}](/${pick(nouns)}.html) and the \`${pick(nouns)}\`.`;
for (let i = 1; i <= 400; i++) {
  const body = [];
  for (let p = 0; p < 24; p++) {
    if (p % 6 === 0) body.push(`## About the ${pick(nouns)}`);
    if (p % 5 === 2) body.push(Array.from({ length: 6 }, () => `* ${sentence()}`).join("\n"));
    body.push(Array.from({ length: 7 }, sentence).join(" "));
  }
  const day = new Date(Date.UTC(2019, 0, 1) + i * 3 * 86400000).toISOString().slice(0, 10);
  writeFileSync(
    `posts/${String(i).padStart(3, "0")}.md`,
    `---\ntitle: The ${pick(nouns)} ${i}\ndate: ${day}\ntags: ${pick(nouns)}, ${pick(nouns)}\n---\n${body.join("\n\n")}\n`,
  );
}
writeFileSync(
  "templates/post.html",
  `<!doctype html><title>{{ title }}</title>
<article><h1>{{ title }}</h1><time>{{ date }}</time>
{% if tags %}<ul class="tags">{% for tag in tags %}<li>{{ tag | upper }}</li>{% end %}</ul>{% end %}
{{ html | raw }}
<nav>{% for post in related %}<a href="{{ post.slug }}.html">{{ post.title }}</a> {% end %}</nav></article>
`,
);
writeFileSync(
  "templates/index.html",
  `<!doctype html><title>All posts</title>
<ol>{% for post in posts %}<li><a href="{{ post.slug }}.html">{{ post.title }}</a> {{ post.date }} ({{ post.words }} words)</li>
{% end %}</ol>
`,
);
