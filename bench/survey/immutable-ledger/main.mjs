import { digest } from "../digest.mjs";
import { book, report } from "./ledger.mjs";

for (let year = 0; year < 6; year++) {
  const entries = Array.from({ length: 12000 }, (_, i) => ({
    from: `a${(i * 7 + year) % 500}`,
    to: `a${(i * 13) % 499}`,
    amount: (i % 91) + year,
  }));
  console.log(year, digest(report(book(entries))));
}
