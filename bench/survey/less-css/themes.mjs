import less from "less";

export function themeSource(hue) {
  let text = `@base: hsl(${hue}, 60%, 45%);
.pill(@c, @r: 4px) { background: @c; border: 1px solid darken(@c, 12%); border-radius: @r; color: contrast(@c); }
.loop(@i) when (@i > 0) { .col-@{i} { width: percentage((@i / 40)); .pill(spin(@base, @i * 6), (@i * 1px)); &:hover { background: fade(@base, (@i * 2%)); } } .loop(@i - 1); }
.loop(40);
`;
  for (let i = 0; i < 60; i++)
    text += `.card-${i} { .pill(mix(@base, #fff, ${i}%)); .title { color: lighten(@base, ${i % 30}%); .sub & { margin: (${i}px + 2) * 2; } } }\n`;
  return text;
}

export async function compileTheme(hue) {
  const { css } = await less.render(themeSource(hue));
  return css;
}
