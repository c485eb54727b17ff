export function makeScript(n) {
  let code = `const base = ${n};\n`;
  for (let i = 0; i < 40; i++) {
    code += `export function handler${i}(request, options) {
  const limit = options.limit || ${i * n + 1};
  let total = 0;
  for (let index = 0; index < request.items.length; index++) {
    const item = request.items[index];
    if (item.kind === "k${i}" && !item.deleted) { total += item.value * ${i} + base; }
    else if (typeof item.value === "undefined") { continue; }
    else { total -= limit > 10 ? item.value : 0; }
  }
  return { total: total, name: "handler" + ${i}, ok: true && total > 0 };
}\n`;
  }
  return code;
}
