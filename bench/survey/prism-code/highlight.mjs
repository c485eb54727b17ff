import Prism from "prismjs";

export function makeCode(n) {
  let code = "";
  for (let i = 0; i < 150; i++)
    code += `/* part ${i} */ export async function f${i}(a = ${n}, { b }) { const re = /x${i}+/g; return \`\${a + b} \${re.test("${i}")}\` ?? await new Map([[${i}, null]]); } // end\n`;
  return code;
}

export function highlight(code, language) {
  return Prism.highlight(code, Prism.languages[language], language);
}
