/** What a run may have done of which no tap was told: by parts of Node that were loaded, and by output that has passed the taps by. Asked when it has ended. */
import { loadedParts } from "../../audit/builtins/loaded-parts.ts";
import { FETCH, wasTappedBefore } from "../../audit/taps/install.ts";
import { untappedPart } from "../../audit/taps/late-parts.ts";
import { isAllSeen } from "../../audit/taps/output.ts";
import type { Output } from "../../src/trace/trace.ts";
import { bytesOf } from "./print-at-once.ts";

/**
 * Parts of Node that do more than their taps see: they measure or ask for random numbers themselves, or reach the system by native code. Where one of
 * them was loaded, the run is not kept.
 */
const UNSEEN_PARTS = ["cluster", "ffi", "repl", "sea", "test", "trace_events", "wasi"];

/** A stream of the process by which more was printed than its tap has seen, or of which the program has made another one; null if there is none. */
export function unseenOutput(output: readonly Output[]): string | null {
  const bytes: [stdout: number, stderr: number] = [0, 0];
  for (const one of output) bytes[one.stream - 1] = (bytes[one.stream - 1] as number) + bytesOf(one).byteLength;
  if (!isAllSeen("stdout", bytes[0])) return "process.stdout";
  return isAllSeen("stderr", bytes[1]) ? null : "process.stderr";
}

export function unseenPart(): string | undefined {
  // A package that only mentions a header has FETCH loaded.
  const unseen = wasTappedBefore("crypto", FETCH) ? UNSEEN_PARTS : [...UNSEEN_PARTS, FETCH];
  const found = unseen.map((name) => `NativeModule ${name}`).find((part) => loadedParts.includes(part));
  return found ?? untappedPart();
}
