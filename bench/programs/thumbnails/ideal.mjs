import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { diskCache } from "../disk-cache.mjs";
import { thumbnails } from "./images.mjs";

const cached = diskCache(new URL("images.mjs", import.meta.url));
for (const name of readdirSync("photos").sort()) {
  const photo = readFileSync(`photos/${name}`);
  for (const { width, bytes } of cached("thumbnails", [name, photo], () => thumbnails(name, photo))) {
    console.log(`${name} ${width}: ${bytes.length} bytes ${createHash("md5").update(bytes).digest("hex")}`);
  }
}
