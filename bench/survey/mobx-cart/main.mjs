import { digest } from "../digest.mjs";
import { simulate } from "./cart.mjs";

for (const steps of [600, 1200, 1800, 2400, 3000]) console.log(steps, digest(simulate(steps)));
