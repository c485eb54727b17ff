import MiniSearch from "minisearch";

export function buildIndex(documents) {
  const index = new MiniSearch({ fields: ["title", "text"], storeFields: ["title", "year"] });
  index.addAll(documents);
  return index;
}

export function search(index, query) {
  return index
    .search(query, { prefix: true, fuzzy: 0.2, boost: { title: 2 }, filter: ({ year }) => year >= 2000 })
    .slice(0, 5)
    .map(({ id, title, score }) => ({ id, title, score }));
}
