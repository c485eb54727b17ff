/**
 * `Buffer.allocUnsafe` hands out memory with what was left in it. While a call is recorded, that is nothing but zeros: one of the
 * outcomes that it may have, and the same at each call.
 */
import { state } from "../../src/trace/frames.ts";
import { type Trap, tapFunction, tappedByCall } from "./wrap.ts";

const { fill } = Uint8Array.prototype;

export function tapMemory(): void {
  const trap: Trap = (original, self, args) => {
    return Reflect.apply(fill, Reflect.apply(original, self, args), [0]);
  };
  for (const key of ["allocUnsafe", "allocUnsafeSlow"]) {
    tapFunction(Buffer, key, "memory", `Buffer.${key}`, (original) => {
      return tappedByCall(original, () => (state.open !== 0 && state.suspended === 0 ? trap : undefined));
    });
  }
}
