import { makeDocuments } from "./documents.mjs";
import { buildIndex, search } from "./search.mjs";

const { documents, queries } = makeDocuments(3000);
const index = buildIndex(documents);
console.log(`${index.documentCount} documents, ${index.termCount} terms`);
for (const query of queries) {
  const [best] = search(index, query);
  console.log(best ? `${query}: ${best.id} "${best.title}" ${best.score.toFixed(3)}` : `${query}: nothing`);
}
