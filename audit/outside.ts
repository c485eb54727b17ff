/** What src/ uses of the audit: it asks dependencies again, and prints and writes again what recorded calls did. */
import type { Outside } from "../src/trace/trace.ts";
import { replaced } from "./builtins/tapped-functions.ts";
import { absence } from "./replay/absent-globals.ts";
import { builtInsAsMade } from "./replay/built-ins-as-made.ts";
import { consoleTaken } from "./replay/console-value.ts";
import { describeQuery, verify, verifyLater } from "./replay/dependencies.ts";
import { canRestore, describeWrite, restore, wait, wrote } from "./replay/file-writes.ts";
import { canPrint, print } from "./taps/output.ts";
import { replacedOfStreams } from "./taps/streams.ts";

/** @param printsAgain whether the user allows that output is printed again */
export function outside(printsAgain: boolean): Outside {
  return {
    replaced: (streams) => replaced() ?? (streams ? replacedOfStreams() : null),
    revalidate: verify,
    revalidateLater: verifyLater,
    absence,
    consoleTaken,
    builtInsAsMade,
    describeDependency: ({ query }) => describeQuery(query),
    canPrint: (output) => output.length === 0 || (printsAgain && canPrint(output)),
    print,
    restore,
    canRestore,
    wait,
    wrote,
    describeWrite,
  };
}
