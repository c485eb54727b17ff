// A reporter for node:test: says what fails, what takes long, and what Node sums up at the end. A run without a single test
// fails: a filter that matches nothing proves nothing.
import { relative } from "node:path";
import { inspect } from "node:util";

/** So many files are named with their time. */
const SLOWEST = 10;

/** @param {AsyncIterable<{ type: string, data: any }>} events */
export default async function* report(events) {
  /** @type {Map<string, number>} milliseconds of each file's tests */
  const times = new Map();
  let ran = 0;
  for await (const { type, data } of events) {
    if (type === "test:pass" || type === "test:fail") {
      const isSuite = data.details.type === "suite";
      if (data.nesting === 0 && data.file) times.set(data.file, (times.get(data.file) ?? 0) + data.details.duration_ms);
      // A file without a test in it is reported as a test by its path.
      if (!isSuite && data.skip === undefined && !data.name.endsWith(".test.ts")) ran++;
      if (type === "test:fail" && isOwnFailure(data)) yield failure(data);
    } else if (type === "test:stderr" || type === "test:stdout") {
      yield data.message;
    } else if (type === "test:diagnostic" && data.nesting === 0) {
      if (data.message.startsWith("tests ")) yield slowest(times);
      yield `# ${data.message}\n`;
    }
  }
  if (ran > 0) return;
  process.exitCode = 1;
  yield "no test ran: the filter matches none\n";
}

/** A suite that fails because of its tests has been told of by these. */
function isOwnFailure({ todo, details: { error } }) {
  return (todo === undefined || todo === false) && error.failureType !== "subtestsFailed";
}

function failure({ name, file, line, details: { error } }) {
  const cause = error.cause ?? error;
  const shown = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  const place = file ? `  ${relative(process.cwd(), file)}:${line ?? ""}` : "";
  return `\nnot ok ${name}${place}\n${shown.replace(/^/gm, "    ")}\n`;
}

function slowest(times) {
  const lines = [...times].sort((a, b) => b[1] - a[1]).slice(0, SLOWEST);
  return lines
    .map(([file, ms]) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${relative(process.cwd(), file)}\n`)
    .join("");
}
