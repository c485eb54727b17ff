import { digest } from "../digest.mjs";
import { harmonic, pi } from "./pi.mjs";

for (const terms of [100, 130, 160, 190, 220, 250, 280, 310]) console.log(terms, digest(pi(terms)));
for (const n of [100, 200, 300, 400, 500]) console.log(n, digest(harmonic(n)));
