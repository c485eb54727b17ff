import { picture, spirals, train } from "./train.mjs";

const { network, curve } = train(spirals(120), 500);
for (const [epoch, accuracy] of curve) console.log(`epoch ${epoch}: ${(accuracy * 100).toFixed(1)} %`);
console.log(picture(network).join("\n"));
