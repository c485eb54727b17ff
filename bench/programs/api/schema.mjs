import { buildSchema, execute, parse, validate } from "graphql";

export const schema = buildSchema(`
  enum Order { PRICE TITLE }
  type Author { id: ID! name: String! born: Int! books(limit: Int = 10): [Book!]! }
  type Book { id: ID! title: String! price: Float! tags: [String!]! author: Author! similar(limit: Int = 3): [Book!]! }
  type Query { authors(bornAfter: Int): [Author!]! books(tag: String, order: Order = TITLE, limit: Int = 50): [Book!]! }
`);

export function makeRoot({ authors, books }) {
  const author = (data) => ({
    ...data,
    books: ({ limit }) =>
      books
        .filter((b) => b.authorId === data.id)
        .slice(0, limit)
        .map(book),
  });
  const book = (data) => ({
    ...data,
    author: () => author(authors.find((a) => a.id === data.authorId)),
    similar: ({ limit }) =>
      books
        .filter((other) => other !== data && other.tags.join() === data.tags.join())
        .slice(0, limit)
        .map(book),
  });
  return {
    authors: ({ bornAfter = 0 }) => authors.filter(({ born }) => born > bornAfter).map(author),
    books: ({ tag, order, limit }) =>
      books
        .filter(({ tags }) => !tag || tags.includes(tag))
        .sort((a, b) => (order === "PRICE" ? a.price - b.price : a.title.localeCompare(b.title)))
        .slice(0, limit)
        .map(book),
  };
}

export async function query(rootValue, source, variableValues) {
  const document = parse(source);
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors: errors.map(({ message }) => message) };
  return execute({ schema, document, rootValue, variableValues });
}
