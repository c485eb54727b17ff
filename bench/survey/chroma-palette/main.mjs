import { digest } from "../digest.mjs";
import { palette } from "./palette.mjs";

for (const base of ["#336699", "tomato", "#0a5", "rebeccapurple", "#abcdef", "gold"])
  console.log(base, digest(palette(base, 400)));
