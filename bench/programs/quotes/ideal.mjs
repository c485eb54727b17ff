import { createHash } from "node:crypto";
import { diskCache } from "../disk-cache.mjs";

const cached = diskCache(new URL("offers.mjs", import.meta.url));
const offers = Array.from({ length: 120 }, (_, i) => ({
  name: `Offer ${i}`,
  start: `2024-0${1 + (i % 9)}-1${i % 9}T12:00:00Z`,
  months: 24 + (i % 5) * 12,
  sum: 10000 + i * 750,
  rate: (2 + (i % 13) * 0.35).toFixed(2),
}));
let length = 0;
const hash = createHash("sha256");
for (const offer of offers) {
  const html = await cached("offer", offer, async () => {
    const { plan, print } = await import("./offers.mjs");
    return print(offer, plan(offer));
  });
  hash.update(html);
  length += html.length;
}
console.log(`${offers.length} offers, ${length} characters, ${hash.digest("hex").slice(0, 16)}`);
