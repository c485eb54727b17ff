/**
 * The tap on `Function.prototype.toString`, which every conversion of a function to a text uses. It shows the source as it was before the
 * rewrite. No key holds comments and layout, so a call that reads the text of a function is not cached.
 */

import { isChanged, originalText } from "../../src/code/guard-text.ts";
import { endsWith } from "../../src/node/language.ts";
import { state } from "../../src/trace/frames.ts";
import { noteNoticed } from "../builtins/noticed-functions.ts";
import { touchCalls } from "./touch.ts";
import { byCall, originalOf, remember } from "./wrap.ts";

/** How V8 ends the text of a function that has none. */
const NATIVE = "{ [native code] }";

export function tapSource(): void {
  const { prototype } = Function;
  const { toString } = prototype;
  const show = (_: unknown, self: unknown): unknown => {
    const text: unknown = Reflect.apply(toString, originalOf(self), []);
    if (typeof text !== "string" || endsWith(text, NATIVE)) return text;
    // The run as a whole depends on the texts of all files of code.
    if (state.open !== 0) touchCalls("source", "Function.prototype.toString");
    return isChanged(text) ? originalText(text) : text;
  };
  // Not by `tappedByCall`: that adds a property to the original, by which the tap prints like it.
  const tap = byCall(toString, () => show);
  remember(toString, tap);
  noteNoticed(tap, toString, "Function.prototype.toString");
  Reflect.defineProperty(prototype, "toString", { configurable: true, enumerable: false, writable: true, value: tap });
}
