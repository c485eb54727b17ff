/**
 * Taps on `Buffer.allocUnsafe` and its sibling, which return memory with whatever was in it before. While a call is recorded, the memory
 * is filled with zeros: that is one of its possible contents, and it is the same at each call.
 */
import { type Trap, tapFunction, tappedWhileRecording } from "./wrap.ts";

const { fill } = Uint8Array.prototype;

export function tapMemory(): void {
  const trap: Trap = (original, self, args) => {
    return Reflect.apply(fill, Reflect.apply(original, self, args), [0]);
  };
  for (const key of ["allocUnsafe", "allocUnsafeSlow"]) {
    tapFunction(Buffer, key, "memory", `Buffer.${key}`, (original) => tappedWhileRecording(original, trap));
  }
}
