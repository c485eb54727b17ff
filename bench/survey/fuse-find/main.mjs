import { digest } from "../digest.mjs";
import { findAll, people } from "./people.mjs";

const groups = [
  ["shneider 4", "bors novak"],
  ["custmer 1700", "greta"],
  ["linqist street", "since 1999"],
  ["hugo tanka", "elena mart"],
];
for (const group of groups) console.log(group.join(", "), digest(findAll(people, group)));
