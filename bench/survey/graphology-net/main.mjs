import { analyse } from "./net.mjs";

for (const n of [150, 200, 250, 300]) console.log(n, JSON.stringify(analyse(n)));
