import { digest } from "../digest.mjs";
import { ticket } from "./codes.mjs";

for (let n = 0; n < 250; n++) {
  const { text, svg } = await ticket(n);
  console.log(n, text.length, digest(svg));
}
