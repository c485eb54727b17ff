/**
 * Taps on writing to streams. A stream may have been opened, and its `write` been looked up, long before the frame
 * that writes to it, so the taps sit on the prototypes that all streams share.
 */
import { state } from "../src/frames.ts";
import { type Trap, tappedByCall, touch } from "./tap-wrap.ts";

/** The names of `process.stdout` and `process.stderr`, once the program has looked at them. */
export const outputs = new WeakMap<object, string>();

/** Taps `write` and `end` of every writable stream. */
export function tapStreams(exports: { [name: string]: unknown }): void {
  for (const name of ["Writable", "Duplex"]) {
    const prototype = (exports[name] as { prototype: object }).prototype;
    for (const key of ["write", "end"]) {
      const property = Object.getOwnPropertyDescriptor(prototype, key);
      if (typeof property?.value !== "function") continue;
      const trap: Trap = (original, self, args) => {
        const output = outputs.get(self as object);
        touch(output === undefined ? "stream" : "output", `${output ?? "stream.Writable"}.${key}`);
        return Reflect.apply(original, self, args);
      };
      const tap = tappedByCall(property.value, () => (state.open !== 0 ? trap : undefined));
      Reflect.defineProperty(prototype, key, { ...property, value: tap });
    }
  }
}
