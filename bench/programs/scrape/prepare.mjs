import { mkdirSync, writeFileSync } from "node:fs";

mkdirSync("pages", { recursive: true });
for (let page = 1; page <= 20; page++) {
  const products = Array.from({ length: 120 }, (_, i) => {
    const id = page * 1000 + i;
    return `<div class="product ${id % 7 === 0 ? "sold-out" : ""}" data-id="${id}">
  <h2><a href="/item/${id}">Item &amp; part ${id}</a></h2>
  <p class="text">A <b>useful</b> thing for <i>home</i> and garden, no. ${id * 17}.</p>
  <span class="price">${(id * 7.3) % 250} EUR</span>
  <ul class="specs"><li><b>Weight</b> ${id % 90} kg</li><li><b>Colour</b> ${["red", "blue", "green"][id % 3]}</li></ul>
</div>`;
  });
  writeFileSync(
    `pages/${page}.html`,
    `<html><body><nav><a href="/">Home</a></nav><main>${products.join("\n")}</main></body></html>`,
  );
}
