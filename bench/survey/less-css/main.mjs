import { digest } from "../digest.mjs";
import { compileTheme } from "./themes.mjs";

for (let hue = 0; hue < 360; hue += 18) {
  const css = await compileTheme(hue);
  console.log(hue, css.length, digest(css));
}
