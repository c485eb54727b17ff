import { digest } from "../digest.mjs";
import { compile } from "./compile.mjs";
import { makeSource } from "./sources.mjs";

for (let i = 0; i < 18; i++) {
  const { code, problems } = compile(makeSource(i), `module${i}.ts`);
  console.log(i, code.length, problems, digest(code));
}
