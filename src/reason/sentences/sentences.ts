import type { Cause } from "../reason.ts";

/** For each kind of a family of causes, a sentence without its subject, the function: `reads the clock (Date)`. */
export type Sentences<Family extends Cause> = {
  readonly [Kind in Family["kind"]]: string | ((cause: Extract<Family, { kind: Kind }>) => string);
};

export function sentenceFrom<Family extends Cause>(sentences: Sentences<Family>, cause: Family): string {
  const sentence = sentences[cause.kind as Family["kind"]] as string | ((cause: Family) => string) | undefined;
  // A profile may have been written by another version, which knows other kinds.
  return typeof sentence === "function" ? sentence(cause) : (sentence ?? `is not cached (${cause.kind})`);
}
