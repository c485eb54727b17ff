import { mkdirSync, writeFileSync } from "node:fs";

mkdirSync("data", { recursive: true });
let s = 2024;
const random = (n) => {
  s = (s * 16807) % 2147483647;
  return s % n;
};
for (const month of ["01", "02", "03", "04", "05", "06"]) {
  const lines = Array.from({ length: 45000 }, (_, i) =>
    JSON.stringify({
      id: `${month}-${i}`,
      customer: `c${random(3000)}`,
      at: `2024-${month}-${String(1 + random(28)).padStart(2, "0")}T${String(random(24)).padStart(2, "0")}:00:00Z`,
      items: Array.from({ length: 1 + random(4) }, () => ({
        sku: `s${random(200)}`,
        count: 1 + random(5),
        cents: 99 + random(9000),
      })),
      coupon: random(10) === 0 ? `SAVE${5 * (1 + random(4))}` : null,
    }),
  );
  writeFileSync(`data/orders-${month}.jsonl`, `${lines.join("\n")}\n`);
}
