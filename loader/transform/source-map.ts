/** Source maps inside of source text. */

const INLINE = /\/\/[#@] sourceMappingURL=data:application\/json;(?:charset=[^;,]+;)?base64,([A-Za-z0-9+/=]+)\s*$/;

/** The map that a compiler has left at the end of a text, or null. */
export function readInlineMap(text: string): string | null {
  const match = INLINE.exec(text.slice(text.lastIndexOf("\n//") + 1));
  return match?.[1] ? Buffer.from(match[1], "base64").toString("utf8") : null;
}

/** The comment by which V8 and coverage tools find a map. */
export function inlineMap(json: string): string {
  return `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(json).toString("base64")}`;
}
