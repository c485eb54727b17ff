/** Makes the sentence of a reason; nothing else does. The sentences are in `sentences/`, one file for each family of causes. */
import type { Cause, ModuleCause, Reason, Step } from "./reason.ts";
import { OF_CALLS, OF_KEYS } from "./sentences/calls.ts";
import { OF_CODE, OF_FORM } from "./sentences/code.ts";
import { OF_MODULES, OF_PROGRAM } from "./sentences/modules.ts";
import { OF_OUTSIDE } from "./sentences/outside.ts";
import { OF_REACH } from "./sentences/reach.ts";
import { type Sentences, sentenceFrom } from "./sentences/sentences.ts";
import { OF_VALUES } from "./sentences/values.ts";

const SENTENCES: Sentences<Cause> = {
  ...OF_CODE,
  ...OF_FORM,
  ...OF_REACH,
  ...OF_VALUES,
  ...OF_KEYS,
  ...OF_CALLS,
  ...OF_OUTSIDE,
  ...OF_PROGRAM,
  ...OF_MODULES,
};

/** A reason in words, without its place. */
export function describe(reason: Reason): string {
  let text = sentenceFrom<Cause>(SENTENCES, reason);
  const via = reason.via ?? [];
  for (let i = via.length - 1; i >= 0; i--) text = stepText(via[i] as Step, text);
  return text;
}

/**
 * A reason in words, with its place.
 * @param file the file of the function's own module, in the form in which it is shown
 */
export function describeAt(reason: Reason, file: string): string {
  return reason.place ? `${describe(reason)} at ${reason.module ?? file}:${reason.place.line}` : describe(reason);
}

/** Why dumbo does not rewrite a module, in words. */
export function describeModule(cause: ModuleCause): string {
  return sentenceFrom(OF_MODULES, cause);
}

/** The text of a way that begins with a step. @param text of the rest of the way */
function stepText(step: Step, text: string): string {
  switch (step.step) {
    case "call":
      return `a call ${text}`;
    case "after-call":
      return `after the call, ${text}`;
    case "result":
      return `result ${text}`;
    case "result-or-change":
      return `result, or what it changes, ${text}`;
    case "after-return":
      return `${text} after it returned`;
    case "verified":
      return `was found wrong by DUMBO_VERIFY: ${text}`;
    case "makes":
      return `makes code of a text, which ${text}`;
    case "reads":
    case "holds":
    case "reaches":
      return `${step.step} \`${step.name}\`, which ${text}`;
  }
}
