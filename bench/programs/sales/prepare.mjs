import { createWriteStream, mkdirSync } from "node:fs";

mkdirSync("data", { recursive: true });
const out = createWriteStream("data/orders.csv");
const regions = ["North", "South", "East", "West", "Centre"];
const products = ["Kettle", "Lamp", "Chair", "Desk", "Rug, small", "Rug, large", 'Screen 24"', "Shelf"];
let seed = 20240117;
const random = () => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
};
const quote = (text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
out.write("id,date,region,product,quantity,price,customer\n");
for (let id = 1; id <= 220000; id++) {
  const day = new Date(Date.UTC(2021, 0, 1) + Math.floor(random() * 1000) * 86400000).toISOString().slice(0, 10);
  const product = products[Math.floor(random() * products.length)];
  const region = regions[Math.floor(random() * regions.length)];
  const price = (5 + random() * 200).toFixed(2);
  const customer = `C${Math.floor(random() * 5000)}`;
  out.write(`${id},${day},${region},${quote(product)},${1 + Math.floor(random() * 9)},${price},${customer}\n`);
}
out.end();
