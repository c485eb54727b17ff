import { digest } from "../digest.mjs";
import { lint } from "./lint.mjs";

function makeCode(n) {
  let code = "";
  for (let i = 0; i < 60; i++)
    code += `export function task_${i}(list, unused) { let a = ${n}; var name${i} = list.map((x) => { if (x == a) { return 1; } else { return x > 2 ? unknown${i} : x; } }); { let a = 2; if (a) return name${i}; } }\n`;
  return code;
}

for (let n = 0; n < 12; n++) {
  const problems = lint(makeCode(n), `file${n}.js`);
  console.log(n, problems.length, digest(problems));
}
