import { digest } from "../digest.mjs";
import { buildIndex, makeDocuments, search } from "./index.mjs";

for (const count of [100, 200, 300, 400, 500, 600]) {
  const json = buildIndex(makeDocuments(count));
  console.log(count, json.length, digest(json));
  console.log(search(json, ["river", "run* -market", "title:stone garden", "happy~1"]).join(" | "));
}
