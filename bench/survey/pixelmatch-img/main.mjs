import { createHash } from "node:crypto";
import { difference, paint } from "./images.mjs";

for (let n = 1; n <= 8; n++) {
  const { count, output } = difference(paint(500, 400, n), paint(500, 400, n + 1), 500, 400);
  console.log(n, count, createHash("sha1").update(output).digest("hex"));
}
