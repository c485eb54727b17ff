import FlexSearch from "flexsearch";

const SYLLABLES = ["ka", "to", "mi", "ren", "sol", "dar", "vi", "lo", "pa", "nu"];
export function makeText(n) {
  const words = [];
  for (let i = 0; i < 80; i++) words.push([n + i, n * 3 + i * 7, i * i + n].map((x) => SYLLABLES[x % 10]).join(""));
  return words.join(" ");
}

export function searchTexts(texts, queries) {
  const index = new FlexSearch.Index({ tokenize: "full", resolution: 9, context: { depth: 2 } });
  texts.forEach((text, id) => void index.add(id, text));
  return queries.map((query) => index.search(query, { limit: 10, suggest: true }));
}
