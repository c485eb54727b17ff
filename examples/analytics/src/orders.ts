import { readFileSync } from "node:fs";
import { forEachRow } from "./csv.ts";

/** The orders as columns: compact, and quick to go through. */
export interface Orders {
  count: number;
  cities: string[];
  categories: string[];
  /** Days since 1970-01-01. */
  day: Uint16Array;
  /** Index into `cities`. */
  city: Uint8Array;
  /** Index into `categories`. */
  category: Uint8Array;
  quantity: Uint8Array;
  cents: Int32Array;
  age: Uint8Array;
  x: Float32Array;
  y: Float32Array;
}

const header = "id,date,city,category,quantity,price,age,x,y";
const millisecondsPerDay = 86_400_000;

/** Reads orders.csv. */
export function readOrders(path: string): Orders {
  const text = readFileSync(path, "utf8");
  console.log(`read ${text.length} characters`);
  const orders = parseOrders(text);
  console.log(`parsed ${orders.count} orders from ${orders.cities.length} cities`);
  return orders;
}

function parseOrders(text: string): Orders {
  const capacity = Math.max(0, countLines(text) - 1);
  const cities = createDictionary();
  const categories = createDictionary();
  const orders = {
    count: 0,
    cities: cities.names,
    categories: categories.names,
    day: new Uint16Array(capacity),
    city: new Uint8Array(capacity),
    category: new Uint8Array(capacity),
    quantity: new Uint8Array(capacity),
    cents: new Int32Array(capacity),
    age: new Uint8Array(capacity),
    x: new Float32Array(capacity),
    y: new Float32Array(capacity),
  };

  forEachRow(text, (fields, line) => {
    if (line === 0) {
      if (fields.join(",") !== header) throw new Error(`expected the columns ${header}`);
      return;
    }
    const [, date = "", city = "", category = "", quantity, price, age, x, y] = fields;
    const row = orders.count++;
    orders.day[row] = parseDay(date);
    orders.city[row] = cities.indexOf(city);
    orders.category[row] = categories.indexOf(category);
    orders.quantity[row] = Number(quantity);
    orders.cents[row] = Math.round(Number(price) * 100);
    orders.age[row] = Number(age);
    orders.x[row] = Number(x);
    orders.y[row] = Number(y);
  });
  return orders;
}

function countLines(text: string): number {
  let count = text === "" || text.endsWith("\n") ? 0 : 1;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) count++;
  return count;
}

function parseDay(date: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  if (match === null) throw new Error(`not a date: ${date}`);
  return Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / millisecondsPerDay;
}

function createDictionary(): { names: string[]; indexOf(name: string): number } {
  const names: string[] = [];
  const indexes = new Map<string, number>();
  return {
    names,
    indexOf(name) {
      let index = indexes.get(name);
      if (index === undefined) {
        index = names.push(name) - 1;
        indexes.set(name, index);
      }
      return index;
    },
  };
}
