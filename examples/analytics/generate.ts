// Writes data/orders.csv: 200,000 orders of a mail-order shop. The same orders every time.

import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "./src/random.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: join(import.meta.dirname, "data") },
    rows: { type: "string", default: "200000" },
  },
});

const cities = [
  "Amsterdam",
  "Berlin",
  "Dublin",
  "Geneva",
  "Helsinki",
  "Lisbon",
  "Lyon",
  "Oslo",
  "Porto",
  "Prague",
  "Riga",
  "Vienna",
];
const categories = [
  { name: "Books", price: 18, spread: 0.4 },
  { name: "Electronics", price: 240, spread: 0.8 },
  { name: "Garden", price: 45, spread: 0.6 },
  { name: "Home, kitchen", price: 60, spread: 0.7 },
  { name: "Sports", price: 75, spread: 0.5 },
  { name: "Toys", price: 27, spread: 0.5 },
];

// Where customers live relative to the warehouse (in km), how old they are and how much more than others they spend.
const groups = [
  { x: -42, y: 10, spread: 7, age: 27, spending: 0.8 },
  { x: 5, y: -3, spread: 4, age: 34, spending: 1.1 },
  { x: 12, y: 38, spread: 9, age: 46, spending: 1.6 },
  { x: 55, y: -20, spread: 12, age: 61, spending: 1.2 },
  { x: -20, y: -45, spread: 10, age: 72, spending: 0.7 },
];

const random = createRandom(4711);
const firstDay = Date.UTC(2022, 0, 1);

function pick<T>(list: readonly T[]): T {
  // The square prefers the entries at the front.
  return list[Math.floor(random() ** 2 * list.length)] as T;
}

function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function quote(field: string): string {
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function orderLine(id: number): string {
  const group = pick(groups);
  const category = pick(categories);
  const day = new Date(firstDay + Math.floor(random() * 730) * 86_400_000).toISOString().slice(0, 10);
  const age = Math.min(95, Math.max(18, Math.round(group.age + 8 * normal())));
  const price = category.price * group.spending * Math.exp(category.spread * normal() - age / 400);
  return [
    id,
    day,
    pick(cities),
    quote(category.name),
    1 + Math.floor(random() ** 3 * 6),
    Math.max(0.5, price).toFixed(2),
    age,
    (group.x + group.spread * normal()).toFixed(3),
    (group.y + group.spread * normal()).toFixed(3),
  ].join(",");
}

mkdirSync(values.data, { recursive: true });
const file = openSync(join(values.data, "orders.csv"), "w");
writeSync(file, "id,date,city,category,quantity,price,age,x,y\n");

const rows = Number(values.rows);
const chunk: string[] = [];
for (let row = 0; row < rows; row++) {
  chunk.push(orderLine(100_001 + row));
  if (chunk.length === 10_000 || row === rows - 1) writeSync(file, `${chunk.splice(0).join("\n")}\n`);
}
closeSync(file);
console.log(`wrote ${rows} orders`);
