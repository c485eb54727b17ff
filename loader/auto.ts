/**
 * `dumbo/auto`: what `--import` or `--require` loads before the program. Decides whether dumbo runs at all, and loads
 * nothing else if not.
 */
import { isSwitchedOff } from "../src/config/switched-off.ts";

if (!isSwitchedOff(process.env.DUMBO)) require("./boot.cjs");
