import babel from "@babel/core";

export function build(source, filename) {
  const result = babel.transformSync(source, {
    filename,
    babelrc: false,
    configFile: false,
    presets: [["@babel/preset-env", { targets: "ie 11", modules: "commonjs" }]],
  });
  return result.code;
}
