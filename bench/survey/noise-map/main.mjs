import { digest } from "../digest.mjs";
import { caves, terrain } from "./terrain.mjs";

for (const seed of ["alpha", "beta", "gamma", "delta"]) {
  const heights = terrain(seed, 600);
  console.log(seed, digest(Buffer.from(heights.buffer).toString("base64")), caves(seed, 110));
}
