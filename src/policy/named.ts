/** The policy that a configuration names. */
import type { PolicyName } from "../config/config.ts";
import { ALWAYS } from "./always.ts";
import { Chance } from "./chance.ts";
import { Measured } from "./measured.ts";
import type { Policy } from "./policy.ts";

/**
 * @param ran milliseconds that the thread has run so far
 * @param foreseen milliseconds that the program will run without dumbo, by its last run; 0 if nothing is known
 */
export function policyNamed(name: PolicyName, ran: () => number, foreseen: () => number): Policy {
  if (name === "measured") return new Measured(ran, foreseen);
  return name === "always" ? ALWAYS : new Chance(name);
}
