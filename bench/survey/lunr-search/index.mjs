import lunr from "lunr";

const WORDS =
  "river stone music garden winter engine paper cloud bridge market silver forest running quickly happiness connected generalization relational".split(
    " ",
  );

export function makeDocuments(count) {
  const documents = [];
  for (let i = 0; i < count; i++) {
    const body = [];
    for (let k = 0; k < 60; k++)
      body.push(WORDS[(i * 7 + k * k * 3 + (k >> 2)) % WORDS.length] + (k % 11 === 0 ? i % 50 : ""));
    documents.push({ id: String(i), title: `${WORDS[i % WORDS.length]} ${i}`, body: body.join(" ") });
  }
  return documents;
}

export function buildIndex(documents) {
  const index = lunr(function () {
    this.ref("id");
    this.field("title", { boost: 5 });
    this.field("body");
    for (const one of documents) this.add(one);
  });
  return JSON.stringify(index);
}

export function search(json, queries) {
  const index = lunr.Index.load(JSON.parse(json));
  return queries.map((query) =>
    index
      .search(query)
      .slice(0, 5)
      .map(({ ref, score }) => `${ref}:${score.toFixed(4)}`),
  );
}
