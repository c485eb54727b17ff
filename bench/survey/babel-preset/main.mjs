import { digest } from "../digest.mjs";
import { build } from "./build.mjs";
import { makeSource } from "./sources.mjs";

for (let i = 0; i < 5; i++) {
  const code = build(makeSource(i), `file${i}.js`);
  console.log(`file${i}.js`, code.length, digest(code));
}
