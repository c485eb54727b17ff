export function makeSource(n) {
  let text = `import x, { y as z } from "./m${n}.js";\n`;
  for (let i = 0; i < 6; i++) {
    text += `export class K${i} extends z { #v = ${n + i}; static s = [...x, ${i}];
  get v() { return this.#v ?? 0; }
  async load(...ids) { for await (const { id, ...rest } of this.all(ids)) { await this.put({ id, ...rest, n: ${n} }); } }
  *walk(a = ${i}, [b, c] = []) { yield* [a, b, c]; }
}
export const f${i} = ({ a, b: { c = ${n} } = {} }, ...more) => \`\${a}-\${c}-\${more?.length}\`;
`;
  }
  return text;
}
