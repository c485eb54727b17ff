/**
 * Profiles that another machine has exported, checked before they are kept: commands and runs read them again and again, so a malformed one
 * would end every later `dumbo explain`.
 */
import type { FunctionProfile, Verdict } from "../src/policy/profile.ts";
import { categoryOf, remedyOf } from "../src/reason/advise.ts";
import { describeAt } from "../src/reason/describe.ts";
import type { Reason } from "../src/reason/reason.ts";

type Check = (value: unknown) => boolean;

const VERDICTS: Readonly<Record<Verdict, true>> = { cached: true, cheap: true, refused: true, undecided: true };

const isCount: Check = (value) => typeof value === "number" && value >= 0 && Number.isFinite(value);
const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
/** No text may have control characters, since it is shown in terminals. */
const isText: Check = (value) => typeof value === "string" && !/\p{Cc}/u.test(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

/** Each member of a profile, so that nothing else of an imported one is kept. */
const CHECKS: Readonly<Record<keyof FunctionProfile, Check>> = {
  name: isText,
  file: isText,
  place: isPlace,
  verdict: (value) => typeof value === "string" && Object.hasOwn(VERDICTS, value),
  reason: (value) => value === null || isReason(value),
  others: optional(listOf(isReason)),
  unlisted: optional(isCount),
  calls: isCount,
  hits: isCount,
  misses: isCount,
  stored: optional(isCount),
  returned: optional(isCount),
  saved: isNumber,
  run: isCount,
  key: isCount,
  keyFirst: optional(isCount),
  keyLater: optional(isCount),
  total: optional(isCount),
  record: optional(isCount),
  keyOver: optional(isCount),
  list: optional(isText),
  lost: optional(isNumber),
  bytes: isCount,
  dependencies: optional(isCount),
  changed: optional(isText),
  changes: optional((value) => typeof value === "boolean"),
  fruitless: optional(isCount),
  refusedRuns: optional(isCount),
  writes: optional(isCount),
  written: optional(listOf(isText)),
  overrode: optional(isCount),
  last: optional(isLastRun),
};

/** The profiles of an import that are well formed, by file, line and name. */
export function admitProfiles(given: unknown): Record<string, FunctionProfile> {
  if (!isObject(given)) return {};
  const admitted = Object.entries(given).flatMap(([key, profile]) => {
    const one = isText(key) ? admitProfile(profile) : null;
    return one === null ? [] : [[key, one] as const];
  });
  return Object.fromEntries(admitted);
}

function admitProfile(given: unknown): FunctionProfile | null {
  if (!isObject(given)) return null;
  const members: [string, unknown][] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (!check(value)) return null;
    if (value !== undefined) members.push([name, value]);
  }
  return Object.fromEntries(members) as unknown as FunctionProfile;
}

function isPlace(value: unknown): boolean {
  return isObject(value) && isCount(value.line) && isCount(value.column);
}

function isLastRun(value: unknown): boolean {
  return isObject(value) && ["pid", "began", "answered", "computed", "refused"].every((name) => isNumber(value[name]));
}

/** Whether a reason can be shown, of whatever kind it is: another version of dumbo may know more kinds. */
function isReason(value: unknown): boolean {
  if (!isObject(value) || !isText(value.kind)) return false;
  if (value.place !== undefined && !isPlace(value.place)) return false;
  try {
    const reason = value as unknown as Reason;
    remedyOf(reason);
    categoryOf(reason);
    return isText(describeAt(reason, "file"));
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
