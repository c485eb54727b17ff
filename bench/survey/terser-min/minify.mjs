import { minify } from "terser";

export async function shrink(code) {
  const { code: small } = await minify(code, { compress: { passes: 2 }, mangle: { toplevel: true }, module: true });
  return small;
}
