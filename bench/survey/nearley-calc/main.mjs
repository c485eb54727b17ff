import { depth, parse } from "./grammar.mjs";

for (let n = 1; n <= 12; n++) {
  let text = "1";
  for (let i = 0; i < 2000; i++) text += `${i % 3 ? "+" : "*"}(${i * n}*${n}+${i})`;
  const tree = parse(text);
  console.log(n, text.length, depth(tree));
}
