import { digest } from "../digest.mjs";
import { ask } from "./query.mjs";

const data = {
  orders: Array.from({ length: 1000 }, (_, i) => ({
    id: i,
    customer: `c${i % 30}`,
    lines: Array.from({ length: 5 }, (_, k) => ({
      sku: `s${(i * k) % 50}`,
      price: (i * 3 + k) % 70,
      count: (k % 3) + 1,
    })),
  })),
};
const QUESTIONS = [
  "$sum(orders.lines.(price * count))",
  "orders{customer: $sum(lines.(price * count))}",
  "orders[$sum(lines.price) > 200].{'id': id, 'n': $count(lines[price > 30])}",
  "$map(orders^(>id)[[0..20]], function($o) { $join($o.lines.sku, '-') })",
  "orders.lines[count = 2].$uppercase(sku)",
];
for (const question of QUESTIONS) console.log(question, digest(await ask(question, data)));
