/** `dumbo ls`: lists what is stored. */
import { age, bytes, plural, table, time } from "../../src/report/words.ts";
import { type Command, UsageError } from "../command.ts";
import { listStored, type Stored } from "../list-stored.ts";
import { usedProject } from "../project.ts";

const ORDERS: Readonly<Record<string, (a: Stored, b: Stored) => number>> = {
  cost: (a, b) => b.cost - a.cost,
  size: (a, b) => b.bytes - a.bytes,
  age: (a, b) => a.created - b.created,
  found: (a, b) => b.found - a.found,
};
/** How many entries are shown if the user does not say. */
const DEFAULT_LIMIT = 50;

export const ls: Command = {
  name: "ls",
  summary: "the entries of the store: whose they are, what they cost, how large and old they are",
  argument: { name: "PATTERN", text: 'only entries of functions whose "file:line name" contains it' },
  options: {
    sort: { value: "ORDER", text: `${Object.keys(ORDERS).join(", ")} (cost)` },
    limit: { value: "COUNT", text: `how many are shown (${DEFAULT_LIMIT}); 0 for all` },
  },
  example: {
    line: "npx dumbo ls src/page.ts --sort size",
    text: "lists the entries of one file's functions, the largest first",
  },
  fails: "if there is no cache directory, or the store is damaged",
  run({ argument = "", value, isJson, ...request }) {
    const order = value("sort") ?? "cost";
    const compare = Object.hasOwn(ORDERS, order) ? ORDERS[order] : undefined;
    if (!compare) throw new UsageError(`--sort must be one of ${Object.keys(ORDERS).join(", ")}, not "${order}"`);
    const limit = limitOf(value("limit"));
    const { directory } = usedProject(request);
    const found = listStored(directory, argument).filter(({ isPart }) => !isPart);
    found.sort((a, b) => compare(a, b) || a.key.localeCompare(b.key));
    const shown = found.slice(0, limit);
    const entries = shown.map(({ key, fn, cost, bytes, created, found, lastFound }) => ({
      key,
      function: fn,
      cost,
      bytes,
      created,
      found,
      lastFound,
    }));
    return { code: 0, data: { entries, total: found.length }, lines: isJson ? [] : linesOf(shown, found) };
  },
};

function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const count = Number(text);
  if (text.trim() === "" || !Number.isInteger(count) || count < 0)
    throw new UsageError(`--limit must be a number, not "${text}"`);
  return count === 0 ? Number.POSITIVE_INFINITY : count;
}

function linesOf(shown: readonly Stored[], found: readonly Stored[]): string[] {
  const now = Date.now();
  const rows = shown.map(({ key, cost, bytes: size, created, found: times, label }) => [
    key.slice(0, 12),
    time(cost),
    bytes(size),
    age(now - created),
    String(times),
    label,
  ]);
  const size = found.reduce((sum, one) => sum + one.bytes, 0);
  const more = found.length - shown.length;
  const total = `${plural(found.length, "entry", "entries")}, ${bytes(size)}${more > 0 ? `; ${more} are not shown: --limit 0` : ""}`;
  if (shown.length === 0) return [total];
  return [...table([["key", "cost", "size", "age", "found", "function"], ...rows], [1, 2, 3, 4]), total];
}
