/** Advice on what a call did outside of its own values. */
import type { OutsideCause } from "../reason.ts";
import type { Category } from "../remedy.ts";
import { type Advices, none, only, rewrite } from "./advice.ts";
import { adviceOnApi, categoryOfApi } from "./apis.ts";

/** Events whose kind decides the category. For other events, the API does. */
const OF_EVENTS: Readonly<Record<string, Category>> = {
  clock: "clock",
  random: "random",
  timer: "timer",
  async: "waiting",
  code: "code-from-text",
  context: "code-from-text",
  evaluate: "code-from-text",
  module: "module-loading",
  gc: "state",
};

const RUN_AGAIN = only("outside", { kind: "run-again" });

export const ON_OUTSIDE: Advices<OutsideCause> = {
  touches: ({ event, api, why }) => {
    const category = OF_EVENTS[event] ?? categoryOfApi(api);
    // With `why`, the user has set `replayWrites` already, and this write still cannot be repeated.
    return why !== undefined ? only(category, { kind: "split", what: api }) : adviceOnApi(category, api);
  },
  "listed-touches": none("outside"),
  "made-code": none("code-from-text"),
  "long-text": none("code-from-text"),
  "touches-after-wait": ({ api }) => only("waiting", { kind: "split", what: api }),
  "changed-while-read": RUN_AGAIN,
  "trace-limit": none("limit"),
  "large-write": none("limit"),
  "ends-early": rewrite("waiting", "wait-for-it"),
  "catches-error": rewrite("waiting", "wait-for-it"),
  "callback-throws": rewrite("waiting", "wait-for-it"),
  "left-open": rewrite("outside", "close-what-it-opens"),
  "mixed-waits": only("waiting", { kind: "split", what: "what it does at once" }),
  "changeable-input": rewrite("waiting", "freeze-it-or-pass-primitives"),
  "others-wrote": RUN_AGAIN,
  "replaced-api": none("program"),
  "dependency-changed": none("outside"),
};
