/** Source maps inside of source text. */

const INLINE = /\/\/[#@] sourceMappingURL=data:application\/json;(?:charset=[^;,]+;)?base64,([A-Za-z0-9+/=]+)\s*$/;

/** The map that a compiler before us left at the end of a text, or null. */
export function readInlineMap(text: string): string | null {
  const match = INLINE.exec(text.slice(text.lastIndexOf("\n//") + 1));
  return match?.[1] ? Buffer.from(match[1], "base64").toString("utf8") : null;
}

/** A map as the comment that V8 and coverage tools read. */
export function inlineMap(json: string): string {
  return `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(json).toString("base64")}`;
}
