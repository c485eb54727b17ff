import { JSDOM } from "jsdom";

export function tablePage(n) {
  let rows = "";
  for (let i = 0; i < 40; i++) rows += `<tr class="r${i % 3}"><td>${i}</td><td>${(i * n) % 97}</td></tr>`;
  return `<!doctype html><title>Table ${n}</title><table id=t>${rows}</table>`;
}

export function summarize(html) {
  const { document } = new JSDOM(html).window;
  let sum = 0;
  for (const cell of document.querySelectorAll("tr.r1 td:last-child")) sum += Number(cell.textContent);
  const foot = document.createElement("tfoot");
  foot.innerHTML = `<tr><td>sum</td><td>${sum}</td></tr>`;
  document.querySelector("#t").append(foot);
  return { sum, html: document.documentElement.outerHTML };
}
