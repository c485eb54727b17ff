import { digest } from "../digest.mjs";
import { compileStyle } from "./styles.mjs";

for (let i = 0; i < 12; i++) {
  const css = compileStyle(i);
  console.log(i, css.length, digest(css));
}
