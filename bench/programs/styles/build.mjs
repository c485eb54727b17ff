import autoprefixer from "autoprefixer";
import postcss from "postcss";
import nested from "postcss-nested";

const collectColors = (colors) => ({
  postcssPlugin: "collect-colors",
  Declaration(node) {
    for (const [color] of node.value.matchAll(/#[0-9a-f]{6}/g)) colors.add(color);
  },
});

export async function build(css, from) {
  const colors = new Set();
  const plugins = [
    nested(),
    autoprefixer({ overrideBrowserslist: ["last 4 versions", "ie 11"] }),
    collectColors(colors),
  ];
  const result = await postcss(plugins).process(css, { from, map: false });
  return { css: result.css, colors: [...colors], warnings: result.warnings().length };
}
