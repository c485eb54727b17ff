import { digest } from "../digest.mjs";
import { map, network, tiles } from "./layout.mjs";

for (const count of [60, 90, 120, 150]) console.log(count, digest(network(count, 150)));
for (let angle = 0; angle < 180; angle += 20) console.log(angle, digest(map(angle)));
for (const depth of [3, 4, 5]) console.log(depth, digest(tiles(depth)));
