import { createHash } from "node:crypto";
import { diskCache } from "../disk-cache.mjs";
import { makeMembers, writeLetter } from "./letters.mjs";

const templates = ["templates/base.njk", "templates/letter.njk"].map((file) => new URL(file, import.meta.url));
const cached = diskCache(new URL("letters.mjs", import.meta.url), ...templates);
const members = makeMembers(7000);
const letters = cached("letters", members, () => members.map(writeLetter));
const hash = createHash("sha1");
let bytes = 0;
const longest = { name: "", length: 0 };
for (const [index, letter] of letters.entries()) {
  hash.update(letter);
  bytes += letter.length;
  if (letter.length > longest.length) Object.assign(longest, { name: members[index].name, length: letter.length });
}
console.log(`${bytes} characters, the longest for ${longest.name} (${longest.length}), ${hash.digest("hex")}`);
