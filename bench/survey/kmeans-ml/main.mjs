import { digest } from "../digest.mjs";
import { cluster, points } from "./cluster.mjs";

for (let k = 3; k < 9; k++) console.log(k, digest(cluster(points(6000, k), k)));
