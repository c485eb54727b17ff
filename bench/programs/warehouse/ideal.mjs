import { diskCache } from "../disk-cache.mjs";
import { print } from "./print.mjs";
import { simulate } from "./simulate.mjs";

const cached = diskCache(new URL("warehouse.mjs", import.meta.url), new URL("simulate.mjs", import.meta.url));
print(cached("simulate", [1000, 1600], () => simulate(1000, 1600)));
