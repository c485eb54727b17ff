import { digest } from "../digest.mjs";
import { makeCss, shrink } from "./min.mjs";

for (let n = 1; n <= 5; n++) {
  const css = makeCss(n);
  const small = shrink(css);
  console.log(n, css.length, small.length, digest(small));
}
