export function makeShop() {
  const authors = Array.from({ length: 60 }, (_, id) => ({ id: `a${id}`, name: `Author ${id}`, born: 1900 + id }));
  const books = Array.from({ length: 600 }, (_, id) => ({
    id: `b${id}`,
    title: `Book ${(id * 7919) % 600}`,
    price: ((id * 37) % 400) / 10 + 5,
    authorId: `a${(id * 13) % 60}`,
    tags: ["old", "new", "rare", "signed"].filter((_, bit) => (id >> bit) & 1),
  }));
  return { authors, books };
}
