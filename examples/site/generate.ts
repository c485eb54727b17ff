// Writes the Markdown pages that build.ts turns into a site. The same pages every time.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPage, createStubs } from "./generator/page.ts";
import { createRandom } from "./generator/random.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: join(import.meta.dirname, "data") },
    pages: { type: "string", default: "180" },
  },
});

const folder = join(values.data, "pages");
const random = createRandom(20240229);
const stubs = createStubs(random, Number(values.pages));

mkdirSync(folder, { recursive: true });
let size = 0;
for (const stub of stubs) {
  const text = createPage(random, stub, stubs);
  writeFileSync(join(folder, `${stub.name}.md`), text);
  size += text.length;
}
console.log(`wrote ${stubs.length} pages, ${Math.round(size / 1024)} kB`);
