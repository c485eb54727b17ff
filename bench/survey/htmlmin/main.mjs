import { digest } from "../digest.mjs";
import { shrink } from "./min.mjs";

for (let n = 0; n < 15; n++) {
  let html = `<!doctype html><html><head><title>Page ${n}</title><style>body { margin: 0px; color: #ff0000 }</style></head><body>`;
  for (let i = 0; i < 150; i++)
    html += `\n  <div class="row r${i}" style="margin: ${i}px 0px"> <!-- ${i} --> <p>Some   text <b> bold </b></p>\n<ul> <li>a</li> <li>${n}</li> </ul></div>`;
  const small = await shrink(`${html}</body></html>`);
  console.log(n, html.length, small.length, digest(small));
}
