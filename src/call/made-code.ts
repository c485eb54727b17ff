/**
 * Functions that a recorded call makes of texts (`new Function(text)`). Making one reads nothing, and the text comes from what the key and the
 * trace of the call hold. So the call may be kept if nothing in the text forbids it, and if the key says all that the code depends on.
 */
import type { TextAnalysis } from "../code/made-module.ts";
import type { Trait, Unit } from "../code/manifest.ts";
import type { Reach } from "../code/reach.ts";
import { type Reason, within } from "../reason/reason.ts";
import { bookEvent, bookFinding, bookMade } from "../trace/booking.ts";
import type { MadeCode } from "../trace/frames.ts";
import type { Dependency, Outside } from "../trace/trace.ts";
import { isAbsent } from "../value/absent-globals.ts";
import type { Miss } from "./call.ts";
import type { Host } from "./host.ts";

// Captured before the program can replace it.
const sourceText = Function.prototype.toString;

/** Traits that refuse made code: a key says something of them only for code in its reach. */
const REFUSED: ReadonlySet<Trait> = new Set([
  "borrows",
  "frames",
  "methods",
  "private",
  "stamps",
  "substitutes",
] as const);

/** Traits that matter only if the call has begun work that goes on. */
const GOING_ON: ReadonlySet<string> = new Set<Trait>(["async", "begins", "floating"]);

/** Traits that no result depends on. */
const HARMLESS: ReadonlySet<string> = new Set<Trait>(["class", "sloppy", "this"]);

/** What the analysis says of a function that a constructor has just made; null where it says nothing, or would take too long. */
export function analysisOf(made: object, { registry, policy }: Pick<Host, "registry" | "policy">): TextAnalysis | null {
  return registry.made.analysisOf(Reflect.apply(sourceText, made, []) as string, (ms) => policy.affords(ms));
}

/** Tells the recorded calls around that they have made a function of a text. */
export function noteMade(analysis: TextAnalysis | null, host: Pick<Host, "callerFile" | "outside">): void {
  const code = codeOf(analysis, host.outside);
  if ("kind" in code) return bookFinding(within({ step: "makes" }, code), host.callerFile, null);
  const { root, dependency } = code;
  if (dependency !== null) observe("a global", dependency, host.callerFile);
  const { traits, mentions = [] } = root;
  const asMade = mentions.length === 0 ? null : host.outside.builtInsAsMade(mentions);
  if (asMade !== null) observe("a built-in function", asMade, host.callerFile);
  const mayGoOn = traits.some((trait) => GOING_ON.has(trait));
  bookMade({ traits, mentions: asMade === null ? mentions : [], mayGoOn }, host.callerFile);
}

function observe(name: string, dependency: Dependency, callerFile: () => string | null): void {
  bookEvent({ kind: "global", name, token: { kind: "observed", dependency } }, callerFile);
}

/** The function that was made, and the dependency that its text brings; or what forbids caching a call that makes it. */
function codeOf(
  analysis: TextAnalysis | null,
  outside: Outside,
): Reason | { readonly root: Unit; readonly dependency: Dependency | null } {
  if (analysis === null) return { kind: "long-text" };
  if ("untouched" in analysis) return analysis.untouched;
  const { units, inner, made } = analysis;
  const root = units[inner[0]?.unit ?? -1];
  if (root === undefined) return { kind: "unknown-code" };
  if (root.impure !== null) {
    const { place: _, ...reason } = root.impure.reason;
    return reason;
  }
  const refused = root.traits.find((trait) => REFUSED.has(trait));
  if (refused !== undefined) return { kind: "made-code", depends: refused };
  const absent = made?.absent ?? [];
  const there = absent.find(({ name }) => !isAbsent(name));
  if (there !== undefined) return { kind: "uses-api", api: there.api };
  return { root, dependency: absent.length === 0 ? null : outside.absence(absent.map(({ name }) => name)) };
}

/**
 * What made code depends on that the key of its call does not say, or null.
 * @param goesOn whether the call has begun work that goes on
 */
export function whyNotKeyed({ traits, mentions }: MadeCode, { key }: Miss, goesOn: boolean): Reason | null {
  const known: ReadonlySet<string> = key.walk.traits;
  for (const trait of traits) {
    if (GOING_ON.has(trait) && !goesOn) continue;
    if (HARMLESS.has(trait) && !(trait === "sloppy" && key.walk.traits.has("frames"))) continue;
    // `catch` among the traits of the key: then it has the names of locals, which messages of errors show.
    if (!known.has(trait)) return { kind: "made-code", depends: trait };
  }
  const name = mentions.size === 0 ? undefined : unmentioned(mentions, key.walk.reaches);
  return name === undefined ? null : { kind: "made-code", depends: `what is on ${name}` };
}

function unmentioned(names: ReadonlySet<string>, reaches: readonly Reach[]): string | undefined {
  const known = new Set(reaches.flatMap(({ units }) => units.flatMap(({ definition }) => definition.mentions ?? [])));
  return [...names].find((name) => !known.has(name));
}
