import { createHash } from "node:crypto";
import { makeLetter } from "./letter.mjs";

for (let i = 0; i < 10; i++) {
  const bytes = await makeLetter({ name: `Customer ${i}`, amount: i * 3.5 });
  console.log(i, bytes.length, createHash("sha1").update(bytes).digest("hex"));
}
