import { digest } from "../digest.mjs";
import { drawIcon, shrinkIcon } from "./icons.mjs";

for (let i = 0; i < 12; i++) {
  const svg = drawIcon(i);
  const small = shrinkIcon(svg);
  console.log(i, svg.length, small.length, digest(small));
}
