import * as sass from "sass";

export function compileStyle(n) {
  const { css } = sass.compileString(`@use "sass:math"; @use "sass:color";
$base: hsl(${n * 20}, 50%, 50%);
@mixin box($i) { width: math.percentage(math.div($i, 60)); color: color.adjust($base, $lightness: $i * 0.5%); &:hover { border: 1px solid color.mix($base, white, $i * 1%); } }
@for $i from 1 through 60 { .w-#{$i} { @include box($i); > .in { margin: $i * 1px; } } }
@function fib($n) { @if $n < 2 { @return $n; } @return fib($n - 1) + fib($n - 2); }
.fib { width: fib(13) * 1px; }`);
  return css;
}
