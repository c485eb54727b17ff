import Fuse from "fuse.js";

const FIRST = ["Anna", "Boris", "Clara", "David", "Elena", "Felix", "Greta", "Hugo"];
const LAST = ["Schneider", "Okafor", "Martinez", "Lindqvist", "Tanaka", "Novak", "O'Brien"];
export const people = Array.from({ length: 4500 }, (_, i) => ({
  name: `${FIRST[i % 8]} ${LAST[(i * 3) % 7]}`,
  street: `${LAST[(i * 5) % 7]} street ${i}`,
  note: `customer number ${i * 17} since ${1980 + (i % 40)}`,
}));

export function findAll(list, queries) {
  const fuse = new Fuse(list, {
    keys: ["name", { name: "street", weight: 0.5 }, "note"],
    includeScore: true,
    threshold: 0.5,
  });
  const found = {};
  for (const query of queries)
    found[query] = fuse.search(query, { limit: 3 }).map(({ refIndex, score }) => [refIndex, score.toFixed(5)]);
  return found;
}
