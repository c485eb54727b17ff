import katex from "katex";

export function renderFormula(tex, number) {
  const html = katex.renderToString(tex, { displayMode: true, throwOnError: false });
  return `<figure id="eq-${number}">${html}<figcaption>(${number})</figcaption></figure>`;
}

export function renderPage(title, formulas) {
  return `<h1>${title}</h1>\n${formulas.map((tex, index) => renderFormula(tex, index + 1)).join("\n")}`;
}
