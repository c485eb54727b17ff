import { optimize } from "svgo";

export function drawIcon(n) {
  const shapes = [];
  for (let i = 0; i < 60; i++) {
    const x = ((n * 37 + i * 53) % 200) + 0.123456;
    shapes.push(
      `<g fill="#ff0000" transform="translate(${i} ${n})"><path style="stroke:rgb(0,${i},0);stroke-width:1.000" d="M ${x},10.5000 L ${x + 20.25},30 C ${x} 40 50 60 70.12345 80 Z M 0 0 l 10 10 l -5 5 z"/><rect x="${x}" y="0" width="10" height="10" rx="0"/></g>`,
    );
  }
  return `<?xml version="1.0"?><!-- icon ${n} --><svg xmlns="http://www.w3.org/2000/svg" width="200px" height="200px" viewBox="0 0 200 200"><title>${n}</title>${shapes.join("\n")}</svg>`;
}

export function shrinkIcon(svg) {
  return optimize(svg, { multipass: true }).data;
}
