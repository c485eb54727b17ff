import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { build } from "./build.mjs";

for (const name of readdirSync("css").sort()) {
  const { css, colors, warnings } = await build(readFileSync(`css/${name}`, "utf8"), `css/${name}`);
  const sha = createHash("sha1").update(css).digest("hex");
  console.log(`${name}: ${css.length} characters, ${colors.length} colours, ${warnings} warnings ${sha}`);
}
