import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { thumbnails } from "./images.mjs";

for (const name of readdirSync("photos").sort()) {
  for (const { width, bytes } of thumbnails(name, readFileSync(`photos/${name}`))) {
    console.log(`${name} ${width}: ${bytes.length} bytes ${createHash("md5").update(bytes).digest("hex")}`);
  }
}
