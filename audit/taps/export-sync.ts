/**
 * The tap of `module.syncBuiltinESMExports`. What the program has put in the place of a member is handed to all who have imported that by name, and
 * they keep it when the program has put the member back.
 */
import { state } from "../../src/trace/frames.ts";
import { staysInside } from "../../src/trace/whole-run.ts";
import { noteNoticed } from "../builtins/noticed-functions.ts";
import { noteSynced } from "../builtins/synced-exports.ts";
import { touch } from "./touch.ts";
import { tappedByCall } from "./wrap.ts";

const SYNC = "module.syncBuiltinESMExports";

/** The tap of that function; undefined for others. */
export function tappedSync<F extends (...args: never[]) => unknown>(
  value: F,
  kind: string,
  name: string,
): F | undefined {
  if (name !== SYNC) return undefined;
  const isInside = staysInside(kind, name);
  const tap = tappedByCall(value, () => {
    noteSynced();
    if (state.hears(isInside)) touch(kind, name);
    return undefined;
  });
  noteNoticed(tap, value, name);
  return tap;
}
