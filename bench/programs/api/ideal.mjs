import { createHash } from "node:crypto";
import { diskCache } from "../disk-cache.mjs";
import { makeRoot, query as queryNow } from "./schema.mjs";
import { makeShop } from "./shop.mjs";

const requests = [
  [
    "deep",
    "{ authors(bornAfter: 1910) { name books(limit: 5) { title similar(limit: 4) { title author { name } } } } }",
    {},
  ],
  [
    "cheap",
    "query ($tag: String) { books(tag: $tag, order: PRICE, limit: 80) { id title price similar { id price } } }",
    { tag: "rare" },
  ],
  ["wrong", "{ books { isbn } }", {}],
];
const cached = diskCache(new URL("schema.mjs", import.meta.url), new URL("shop.mjs", import.meta.url));
const query = (root, source, variables) =>
  cached("query", [source, variables], async () => JSON.parse(JSON.stringify(await queryNow(root, source, variables))));
const root = makeRoot(makeShop());
for (let round = 0; round < 14; round++) {
  for (const [name, source, variables] of requests) {
    const text = JSON.stringify(await query(root, source, variables));
    if (round === 0) console.log(`${name}: ${text.length} characters ${createHash("sha1").update(text).digest("hex")}`);
  }
}
const { data } = await query(root, requests[1][1], { tag: "signed" });
console.log(
  data.books
    .slice(0, 3)
    .map(({ title, price }) => `${title}: ${price}`)
    .join(", "),
);
