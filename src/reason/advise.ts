/** Finds what would help against a reason. The advice is in `advice/`, a file a family of causes. */
import { type Advices, adviceFrom } from "./advice/advice.ts";
import { ON_CALLS, ON_KEYS } from "./advice/calls.ts";
import { ON_CODE, ON_FORM } from "./advice/code.ts";
import { ON_MODULES, ON_PROGRAM } from "./advice/modules.ts";
import { ON_OUTSIDE } from "./advice/outside.ts";
import { ON_REACH } from "./advice/reach.ts";
import { ON_VALUES } from "./advice/values.ts";
import type { Cause, Reason } from "./reason.ts";
import type { Category, Remedy } from "./remedy.ts";

const ADVICES: Advices<Cause> = {
  ...ON_CODE,
  ...ON_FORM,
  ...ON_REACH,
  ...ON_VALUES,
  ...ON_KEYS,
  ...ON_CALLS,
  ...ON_OUTSIDE,
  ...ON_PROGRAM,
  ...ON_MODULES,
};

/** What helps against a reason, the best remedy first; empty where nothing helps. */
export function remedyOf(reason: Reason): readonly Remedy[] {
  return adviceFrom(ADVICES, reason).remedies;
}

export function categoryOf(reason: Reason): Category {
  return adviceFrom(ADVICES, reason).category;
}
