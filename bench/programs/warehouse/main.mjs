import { print } from "./print.mjs";
import { simulate } from "./simulate.mjs";

print(simulate(1000, 1600));
