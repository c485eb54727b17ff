import { diskCache } from "../disk-cache.mjs";
import { makeDocuments } from "./documents.mjs";
import { buildIndex, search } from "./search.mjs";

const cached = diskCache(new URL("search.mjs", import.meta.url), new URL("documents.mjs", import.meta.url));
const { queries, counts, results } = cached("search", 3000, () => {
  const { documents, queries } = makeDocuments(3000);
  const index = buildIndex(documents);
  const results = queries.map((query) => search(index, query)[0]);
  return { queries, counts: [index.documentCount, index.termCount], results };
});
console.log(`${counts[0]} documents, ${counts[1]} terms`);
for (const [number, query] of queries.entries()) {
  const best = results[number];
  console.log(best ? `${query}: ${best.id} "${best.title}" ${best.score.toFixed(3)}` : `${query}: nothing`);
}
