/** The settings on which it depends how the console prints a value: colours, and the options of `util.inspect`. */
import { getBuiltinModule } from "../builtins/originals.ts";

/** The operation of asking for them; the query names the stream. */
export const COLOURS = "colours";

/** @param stream to which the console prints; null for one that is no terminal */
export function coloursOf(stream: NodeJS.WriteStream | null): string {
  const { FORCE_COLOR, NO_COLOR, NODE_DISABLE_COLORS } = process.env;
  const depth = stream?.isTTY === true ? stream.getColorDepth() : null;
  const { inspect } = getBuiltinModule("node:util");
  // How much of a Buffer is shown.
  const most = getBuiltinModule("node:buffer").INSPECT_MAX_BYTES;
  const { defaultOptions } = inspect;
  const isPlain = depth === null && FORCE_COLOR === undefined && defaultOptions.colors !== true;
  const palette = isPlain ? null : [inspect.styles, inspect.colors];
  return JSON.stringify([depth, FORCE_COLOR, NO_COLOR, NODE_DISABLE_COLORS, defaultOptions, most, palette]);
}
