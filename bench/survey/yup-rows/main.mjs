import { digest } from "../digest.mjs";
import { checkRows } from "./check.mjs";

for (let batch = 0; batch < 16; batch++) {
  const rows = Array.from({ length: 400 }, (_, i) => ({
    id: i % 7 === 0 ? -i : i + 1,
    email: i % 5 === 0 ? "nobody" : `p${i}@example.org`,
    site: i % 3 ? null : `https://example.org/${batch}/${i}`,
    tags: ["ab", "c".repeat((i % 12) + 1)],
    address: { city: `City ${i}`, zip: String(10000 + i * batch).slice(0, 4 + (i % 3)) },
  }));
  const problems = checkRows(rows);
  console.log(batch, problems.length, digest(problems));
}
