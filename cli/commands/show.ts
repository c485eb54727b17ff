/** `dumbo show KEY`: shows all that is stored under a key. */
import { inspect } from "node:util";
import { describeQuery } from "../../audit/replay/dependencies.ts";
import { type Entry, readEntries, readParts } from "../../src/call/entry.ts";
import { decode } from "../../src/codec/codec.ts";
import { age, bytes, plural, time } from "../../src/report/words.ts";
import { openForReading } from "../../src/store/disk/contents.ts";
import { type Trace, unpackTrace } from "../../src/trace/trace.ts";
import { NOTHING_SEEN } from "../../src/value/seen-objects.ts";
import { type Command, CommandError } from "../command.ts";
import { listStored } from "../list-stored.ts";
import { usedProject } from "../project.ts";

const LEAST_DIGITS = 4;
/** How many characters of a value are shown. */
const LONGEST = 4000;

/** One result of a key. */
interface Shown {
  readonly cost: number;
  readonly bytes: number;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly prints: string;
  /** In the form of `util.inspect`; null if the value refers to things that only a running program has: arguments, classes, functions. */
  readonly value: string | null;
}

export const show: Command = {
  name: "show",
  summary: "all that is stored under a key: the parts of the key, results, what they depend on and print",
  argument: {
    name: "KEY",
    text: `the first digits of a key, ${LEAST_DIGITS} or more, as ls shows it`,
    isRequired: true,
  },
  example: { line: "npx dumbo show 4fc1a2", text: "shows the entry whose key begins so" },
  fails: "if no key, or several, begin so",
  run({ argument = "", paint, ...request }) {
    const { directory } = usedProject(request);
    const found = /^[0-9a-f]+$/.test(argument) && argument.length >= LEAST_DIGITS ? keysFrom(directory, argument) : [];
    const [one, ...others] = found;
    if (!one) throw new CommandError(`nothing is stored under a key that begins with "${argument}" (npx dumbo ls)`);
    if (others.length > 0) {
      throw new CommandError(
        `${found.length} keys begin with "${argument}": ${found.map(({ key }) => key).join(", ")}`,
      );
    }
    const { get } = openForReading(directory);
    const record = get(one.key);
    const parts = record ? readParts(record) : null;
    if (!record || !parts) throw new CommandError(`what is stored under ${one.key} is damaged, or of another version`);
    const results = readEntries(record).map((entry) => shownOf(entry, get));
    const { key, fn, label, created, found: times, cost } = one;
    const data = { key, function: fn, created, found: times, cost, parts, results };
    const lines = [
      `${paint("bold", label)}`,
      `key ${key}, ${age(Date.now() - created)} old, found ${plural(times, "time")}`,
      ...Object.entries(parts).map(([part, hash]) => `  ${(part === "self" ? "this" : part).padEnd(6)}${hash}`),
      ...results.flatMap((result, index) => resultLines(result, index, results.length)),
    ];
    return { code: 0, data, lines };
  },
};

function keysFrom(directory: string, start: string) {
  return listStored(directory, "").filter(({ key, isPart }) => key.startsWith(start) && !isPart);
}

function shownOf(entry: Entry, get: (key: string) => Uint8Array | undefined): Shown {
  const trace = unpackTrace(entry.trace);
  const value = entry.valueAt === "" ? entry.value : get(entry.valueAt);
  return {
    cost: entry.cost,
    bytes: value?.byteLength ?? 0,
    reads: trace.dependencies.map(({ query }) => describeQuery(query)),
    writes: (trace.writes ?? []).map(({ action }) => `${action[1]?.slice(1)}`),
    prints: printed(trace),
    value: value ? valueText(value) : null,
  };
}

function printed({ output }: Trace): string {
  return output.map(({ data }) => (typeof data === "string" ? data : Buffer.from(data).toString())).join("");
}

/** A value as text; null if it refers to objects or functions of a running program, which do not exist here. */
function valueText(value: Uint8Array): string | null {
  try {
    const decoded = decode(value, {
      seen: NOTHING_SEEN,
      views: [],
      weak: [],
      links: null,
      bindings: [],
      reaches: [],
      builtInObjects: () => new Map(),
    });
    return decoded
      ? inspect(decoded.value, { depth: 4, maxArrayLength: 50, maxStringLength: 1000 }).slice(0, LONGEST)
      : null;
  } catch {
    return null;
  }
}

function resultLines(
  { cost, bytes: size, reads, writes, prints, value }: Shown,
  index: number,
  count: number,
): string[] {
  const head = count > 1 ? `result ${index + 1} of ${count}` : "result";
  return [
    `${head}: took ${time(cost)}, ${bytes(size)}`,
    ...reads.map((one) => `  depends on ${one}`),
    ...writes.map((one) => `  writes ${one}`),
    ...(prints === ""
      ? []
      : [
          "  prints:",
          ...prints
            .replace(/\n$/, "")
            .split("\n")
            .map((line) => `    ${line}`),
        ]),
    ...(value === null
      ? ["  its value refers to what only the running program has"]
      : value.split("\n").map((line) => `  ${line}`)),
  ];
}
