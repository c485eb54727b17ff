import { print } from "./print.mjs";
import { simulate } from "./simulate.mjs";

print(simulate(540, 1200));
