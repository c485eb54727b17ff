import { digest } from "../digest.mjs";
import { makeTemplate, renderMail } from "./mail.mjs";

for (let n = 0; n < 12; n++) {
  const order = {
    number: n,
    shop: "Shop & Co",
    items: Array.from({ length: 100 }, (_, i) => ({ name: `Item <${i}>`, price: i * 1.5, [`k${i % 40}`]: true })),
  };
  console.log(n, digest(renderMail(makeTemplate(n), order)));
}
