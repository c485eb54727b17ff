/** Makes advice: the files beside this one are tables of it. */
import type { Cause, Reason, Where } from "../reason.ts";
import type { Advice, Category, Remedy, Rewriting } from "../remedy.ts";

/** Advice for each kind of a family of causes; a function where it depends on the reason. */
export type Advices<Family extends Cause> = {
  readonly [Kind in Family["kind"]]: Advice | ((reason: Extract<Family, { kind: Kind }> & Where) => Advice);
};

export function adviceFrom(advices: Advices<Cause>, reason: Reason): Advice {
  const advice = advices[reason.kind] as Advice | ((reason: Reason) => Advice) | undefined;
  // A profile may have been written by another version, which knows other kinds.
  return typeof advice === "function" ? advice(reason) : (advice ?? none("not-known"));
}

/** To vouch for the function itself. */
const VOUCH: Remedy = { kind: "assume-pure", entry: null };

/** Advice where nothing helps. */
export function none(category: Category): Advice {
  return { category, remedies: [] };
}

export function vouched(category: Category): Advice {
  return { category, remedies: [VOUCH] };
}

/** Advice of a remedy, and of vouching for the function as the second best. */
export function orVouched(category: Category, remedy: Remedy): Advice {
  return { category, remedies: [remedy, VOUCH] };
}

export function only(category: Category, remedy: Remedy): Advice {
  return { category, remedies: [remedy] };
}

export function rewrite(category: Category, how: Rewriting): Advice {
  return only(category, { kind: "rewrite", how });
}
