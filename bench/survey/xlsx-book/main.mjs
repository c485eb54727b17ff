import { digest } from "../digest.mjs";
import { makeBook, readBook, sales } from "./book.mjs";

for (let month = 1; month <= 12; month++) {
  const rows = sales(month);
  const book = makeBook(rows);
  console.log(month, book.length, readBook(book).toFixed(2), digest(rows));
}
