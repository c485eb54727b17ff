import { minify } from "html-minifier-terser";

export function shrink(html) {
  return minify(html, {
    collapseWhitespace: true,
    removeComments: true,
    removeOptionalTags: true,
    minifyCSS: true,
    minifyJS: false,
    removeAttributeQuotes: true,
  });
}
