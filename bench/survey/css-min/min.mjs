import CleanCSS from "clean-css";
import { minify } from "csso";

export function makeCss(n) {
  let css = "";
  for (let i = 0; i < 220; i++)
    css += `.a${i}, .b${i % 40} { color: #ff${(10 + (i % 80)).toString()}00; margin: ${n}px ${n}px ${i}px ${n}px; background: url( "x${i}.png" ); }\n.a${i % 30} > p:hover { color: red; margin-top: 0px; font-weight: bold }\n@media (max-width: ${100 * (i % 4)}px) { .m${i} { padding: 0.50em } }\n`;
  return css;
}

export function shrink(css) {
  const one = minify(css).css;
  const two = new CleanCSS({ level: 2 }).minify(css).styles;
  return one.length < two.length ? one : two;
}
