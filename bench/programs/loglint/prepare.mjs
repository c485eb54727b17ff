import { mkdirSync, writeFileSync } from "node:fs";

mkdirSync("logs/app", { recursive: true });
mkdirSync("logs/web", { recursive: true });
let s = 17;
const random = (n) => {
  s = (s * 48271) % 2147483647;
  return s % n;
};
const paths = ["/", "/login", "/api/items", "/api/items/42", "/static/app.js", "/search?q=lamp"];
const agents = ["Mozilla/5.0 (X11; Linux x86_64)", "curl/8.5.0", "Googlebot/2.1"];
for (let day = 1; day <= 12; day++) {
  const date = `2024-05-${String(day).padStart(2, "0")}`;
  const web = [];
  for (let i = 0; i < 16000; i++) {
    const time = new Date(Date.parse(`${date}T00:00:00Z`) + i * 5000).toISOString();
    const status = [200, 200, 200, 304, 404, 500][random(6)];
    const ip = `10.${random(4)}.${random(8)}.${random(200)}`;
    web.push(
      `${ip} - - [${time}] "${random(5) ? "GET" : "POST"} ${paths[random(paths.length)]} HTTP/1.1" ${status} ${random(9000)} "${agents[random(3)]}" ${random(400) / 100}`,
    );
  }
  writeFileSync(`logs/web/${date}.log`, `${web.join("\n")}\n`);
  const app = [];
  for (let i = 0; i < 8000; i++) {
    const level = ["DEBUG", "INFO", "INFO", "WARN", "ERROR"][random(5)];
    app.push(
      `${date} ${level} [worker-${random(6)}] job=${1000 + random(500)} took=${random(3000)}ms user=${random(50)}@example.com`,
    );
  }
  writeFileSync(`logs/app/${date}.log`, `${app.join("\n")}\n`);
}
