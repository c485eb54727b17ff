import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { diskCache } from "../disk-cache.mjs";
import { build as buildNow } from "./build.mjs";

const cached = diskCache(new URL("build.mjs", import.meta.url));
const build = (css, from) => cached("build", [css, from], () => buildNow(css, from));

for (const name of readdirSync("css").sort()) {
  const { css, colors, warnings } = await build(readFileSync(`css/${name}`, "utf8"), `css/${name}`);
  const sha = createHash("sha1").update(css).digest("hex");
  console.log(`${name}: ${css.length} characters, ${colors.length} colours, ${warnings} warnings ${sha}`);
}
