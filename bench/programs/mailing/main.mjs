import { createHash } from "node:crypto";
import { makeMembers, writeLetter } from "./letters.mjs";

const hash = createHash("sha1");
let bytes = 0;
const longest = { name: "", length: 0 };
for (const member of makeMembers(7000)) {
  const letter = writeLetter(member);
  hash.update(letter);
  bytes += letter.length;
  if (letter.length > longest.length) Object.assign(longest, { name: member.name, length: letter.length });
}
console.log(`${bytes} characters, the longest for ${longest.name} (${longest.length}), ${hash.digest("hex")}`);
