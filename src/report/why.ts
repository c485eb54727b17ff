/** Why calls of a run missed: what went into their keys, against what went into the nearest key that was stored before. */
import { MARK_DIGITS } from "../key/key-marks.ts";
import type { LoggedCall, LoggedFunction, LoggedRun, LoggedUnit } from "../policy/key-log.ts";

/** One thing that makes a key another one. */
export type Change =
  /** Nothing of the function was stored before. */
  | { readonly kind: "first" }
  /** A function or class that the code reaches: another one, or a new one (`was` is null), or one that is not reached any more. */
  | { readonly kind: "code"; readonly was: LoggedUnit | null; readonly is: LoggedUnit | null }
  /** The names of local variables, which code may read in messages of errors. */
  | { readonly kind: "names" }
  /** A value: `argument 1.title`, `this`, `\`options\``. */
  | { readonly kind: "value"; readonly place: string; readonly how: "changed" | "new" | "gone" }
  /** A value in that part of the key, at a place that has no digest of its own. */
  | { readonly kind: "part"; readonly part: "this" | "arguments" | "state" }
  /** Node's version, the system, dumbo's version, the locale or the time zone. */
  | { readonly kind: "environment" }
  /** A result was stored for this key, and what it depended on has changed. */
  | { readonly kind: "dependency"; readonly what: string }
  /** A result was stored for this key, and is not there any more: evicted, cleared, or too old. */
  | { readonly kind: "evicted" };

export interface Miss {
  readonly key: string;
  /** Of the nearest call that was stored before, and when its run began. */
  readonly nearest: { readonly key: string; readonly began: number } | null;
  readonly changes: readonly Change[];
}

export interface MissedFunction {
  readonly file: string;
  readonly name: string;
  readonly line: number;
  readonly misses: readonly Miss[];
  /** How many calls were stored before that the misses were compared with. */
  readonly compared: number;
}

/** A call with all that is needed to compare it. */
interface ComparedCall {
  readonly call: LoggedCall;
  readonly units: readonly LoggedUnit[];
  readonly places: ReadonlyMap<string, string>;
  readonly began: number;
}

const PARTS = ["this", "arguments", "state"] as const;

/**
 * @param log all runs that are known, the latest last
 * @param isLast tells the run that is asked about from those before
 */
export function whyMissed(log: readonly LoggedRun[], isLast: (run: LoggedRun) => boolean): MissedFunction[] {
  const missed = new Map<string, { readonly one: LoggedFunction; readonly calls: ComparedCall[] }>();
  const before = new Map<string, ComparedCall[]>();
  for (const run of log) {
    for (const one of run.functions) {
      const name = `${one.file}#${one.name}`;
      const calls = one.calls.map((call) => known(one, call, run.began));
      if (!isLast(run)) before.set(name, [...(before.get(name) ?? []), ...calls]);
      else missed.set(name, { one, calls: [...(missed.get(name)?.calls ?? []), ...calls] });
    }
  }
  return [...missed].map(([name, { one, calls }]) => {
    const stored = before.get(name) ?? [];
    const misses = calls.map((call) => missOf(call, stored));
    return { file: one.file, name: one.name, line: one.line, misses, compared: stored.length };
  });
}

function known({ code, places }: LoggedFunction, call: LoggedCall, began: number): ComparedCall {
  const names = places[call.places] ?? [];
  const digestOf = (index: number) => call.digests.slice(index * MARK_DIGITS, (index + 1) * MARK_DIGITS);
  return {
    call,
    units: code[call.parts[0] ?? ""] ?? [],
    places: new Map(names.map((place, index) => [place, digestOf(index)])),
    began,
  };
}

function missOf(missed: ComparedCall, stored: readonly ComparedCall[]): Miss {
  const { call } = missed;
  const nearest = nearestOf(missed, stored);
  if (nearest === null) return { key: call.key, nearest: null, changes: [{ kind: "first" }] };
  const from = { key: nearest.call.key, began: nearest.began };
  return { key: call.key, nearest: from, changes: changesBetween(nearest, missed) };
}

/** The call with the most equal parts, then with the most equal values; of several, the latest. */
function nearestOf(missed: ComparedCall, stored: readonly ComparedCall[]): ComparedCall | null {
  let best: ComparedCall | null = null;
  let most = -1;
  for (const one of stored) {
    const likeness = likenessOf(one, missed);
    if (likeness < most) continue;
    most = likeness;
    best = one;
  }
  return best;
}

function likenessOf(a: ComparedCall, b: ComparedCall): number {
  if (a.call.key === b.call.key) return Number.POSITIVE_INFINITY;
  const parts = a.call.parts.filter((part, index) => part === b.call.parts[index]).length;
  let places = 0;
  for (const [place, digest] of b.places) if (a.places.get(place) === digest) places++;
  return parts * 1000 + places;
}

function changesBetween(was: ComparedCall, is: ComparedCall): Change[] {
  if (was.call.key === is.call.key) {
    const { changed } = is.call;
    return [changed === undefined ? { kind: "evicted" } : { kind: "dependency", what: changed }];
  }
  const [codeWas, ...valuesWas] = was.call.parts;
  const [codeIs, ...valuesAre] = is.call.parts;
  const changes: Change[] = codeWas === codeIs ? [] : codeChanges(was.units, is.units);
  const places = valueChanges(was.places, is.places);
  for (const [index, part] of PARTS.entries()) {
    if (valuesWas[index] === valuesAre[index]) continue;
    const own = places.filter(({ place }) => partOf(place) === part);
    changes.push(...(own.length > 0 ? own : [{ kind: "part", part } as const]));
  }
  if (valuesWas[PARTS.length] !== valuesAre[PARTS.length]) changes.push({ kind: "environment" });
  return changes;
}

function partOf(place: string): (typeof PARTS)[number] {
  if (place.startsWith("this")) return "this";
  return place.startsWith("argument ") ? "arguments" : "state";
}

/** What is reached is told apart by file and name: lines move. */
function codeChanges(was: readonly LoggedUnit[], is: readonly LoggedUnit[]): Change[] {
  const nameOf = ([name, file]: LoggedUnit) => `${file}#${name}`;
  const changes: Change[] = [];
  const left = [...was];
  for (const unit of is) {
    const same = left.findIndex((one) => nameOf(one) === nameOf(unit) && one[3] === unit[3]);
    if (same >= 0) left.splice(same, 1);
  }
  const kept = new Set(was.filter((unit) => !left.includes(unit)).map((unit) => `${nameOf(unit)} ${unit[3]}`));
  for (const unit of is) {
    if (kept.has(`${nameOf(unit)} ${unit[3]}`)) continue;
    const at = left.findIndex((one) => nameOf(one) === nameOf(unit));
    const old = at >= 0 ? (left.splice(at, 1)[0] as LoggedUnit) : null;
    changes.push({ kind: "code", was: old, is: unit });
  }
  for (const unit of left) changes.push({ kind: "code", was: unit, is: null });
  return changes.length > 0 ? changes : [{ kind: "names" }];
}

type ValueChange = Extract<Change, { kind: "value" }>;

/** The innermost places that differ. */
function valueChanges(was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): ValueChange[] {
  const found: ValueChange[] = [];
  for (const [place, digest] of is) {
    const old = was.get(place);
    if (old !== digest) found.push({ kind: "value", place, how: old === undefined ? "new" : "changed" });
  }
  for (const place of was.keys()) if (!is.has(place)) found.push({ kind: "value", place, how: "gone" });
  const isInside = (inner: string, outer: string) =>
    inner.length > outer.length &&
    inner.startsWith(outer) &&
    (inner[outer.length] === "." || inner[outer.length] === "[");
  return found.filter(({ place }) => !found.some((other) => isInside(other.place, place)));
}
