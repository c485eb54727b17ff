import { diskCache } from "../disk-cache.mjs";
import { picture, spirals, train } from "./train.mjs";

const cached = diskCache(new URL("network.mjs", import.meta.url), new URL("train.mjs", import.meta.url));
const { curve, lines } = cached("train", [120, 500], () => {
  const { network, curve } = train(spirals(120), 500);
  return { curve, lines: picture(network) };
});
for (const [epoch, accuracy] of curve) console.log(`epoch ${epoch}: ${(accuracy * 100).toFixed(1)} %`);
console.log(lines.join("\n"));
