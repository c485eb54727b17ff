/** The policy that a configuration names. */
import type { PolicyName } from "../config/config.ts";
import { ALWAYS } from "./always.ts";
import { Chance } from "./chance.ts";
import { Measured } from "./measured.ts";
import type { Outlook, Policy } from "./policy.ts";

/**
 * @param ran milliseconds that the thread has run so far
 * @param outlook what earlier runs of the program lead to expect
 */
export function policyNamed(name: PolicyName, ran: () => number, outlook: () => Outlook): Policy {
  if (name === "measured") return new Measured(ran, outlook);
  return name === "always" ? ALWAYS : new Chance(name);
}
