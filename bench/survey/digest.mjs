import { createHash } from "node:crypto";

/** A short digest of a text or of anything that JSON can hold. */
export function digest(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
