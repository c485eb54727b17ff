/** The policy that a configuration names. */
import type { PolicyName } from "../config/config.ts";
import { ALWAYS } from "./always.ts";
import { Chance } from "./chance.ts";
import { Measured } from "./measured.ts";
import type { Policy } from "./policy.ts";

/** @param now milliseconds since the process started */
export function policyNamed(name: PolicyName, now: () => number): Policy {
  if (name === "measured") return new Measured(now);
  return name === "always" ? ALWAYS : new Chance(name);
}
