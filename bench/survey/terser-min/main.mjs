import { digest } from "../digest.mjs";
import { shrink } from "./minify.mjs";
import { makeScript } from "./scripts.mjs";

for (let i = 1; i <= 8; i++) {
  const script = makeScript(i);
  const small = await shrink(script);
  console.log(i, script.length, small.length, digest(small));
}
