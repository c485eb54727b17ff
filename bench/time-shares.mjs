// @ts-check
// Where a program's time goes, in the terms of `dumbo explain`: into calls that are cached, or into what is refused and why.
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * What `dumbo explain --json` says of one function.
 * @typedef {{ name: string, file: string, line: number, verdict: string, why: string | null }} Explained
 *
 * @typedef {object} Profile a V8 CPU profile
 * @property {{ id: number, callFrame: { functionName: string, url: string, lineNumber: number }, children?: number[] }[]} nodes
 * @property {number[]} samples
 * @property {number[]} timeDeltas
 *
 * @typedef {{ cached: number, refused: number, other: number, reasons: [string, number][] }} Shares
 */

/**
 * Each sample of the profile counts as cached if a function that is cached is on its stack. Otherwise it counts with the
 * innermost function that is refused, and with its reason; what is neither (start-up, loading, functions that are too
 * cheap or not known, with nothing refused around them) is other.
 * @param {Profile} profile of a run without dumbo
 * @param {Explained[]} explained
 * @param {string} root of the program, as an absolute path
 * @returns {Shares} shares of the whole time
 */
export function timeShares(profile, explained, root) {
  const find = finder(explained, root);
  /** @type {Map<number, string>} */
  const classes = new Map();
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  /** @param {number} id @param {string} around */
  const classify = (id, around) => {
    const node = nodes.get(id);
    if (!node) return;
    const known = find(node.callFrame);
    const own =
      around === "cached" || known?.verdict === "cached"
        ? "cached"
        : known?.verdict === "refused" || known?.verdict === "unguarded"
          ? `refused ${withoutPlace(known.why)}`
          : around;
    classes.set(id, own);
    for (const child of node.children ?? []) classify(child, own);
  };
  const [first] = profile.nodes;
  if (first) classify(first.id, "other");

  /** @type {Map<string, number>} */
  const times = new Map();
  let total = 0;
  for (const [index, id] of profile.samples.entries()) {
    const { functionName } = nodes.get(id)?.callFrame ?? { functionName: "(root)" };
    if (functionName === "(idle)") continue;
    const time = Math.max(0, profile.timeDeltas[index] ?? 0);
    const name = classes.get(id) ?? "other";
    times.set(name, (times.get(name) ?? 0) + time);
    total += time;
  }
  const share = (/** @type {string} */ name) => (times.get(name) ?? 0) / total;
  /** @type {[string, number][]} */
  const reasons = [...times.keys()]
    .filter((name) => name.startsWith("refused "))
    .map((name) => /** @type {[string, number]} */ ([name.slice("refused ".length), share(name)]))
    .sort((a, b) => b[1] - a[1]);
  const refused = reasons.reduce((sum, [, part]) => sum + part, 0);
  return { cached: share("cached"), refused, other: share("other"), reasons };
}

/**
 * By file and line, or by file and name where the profile has other lines (of compiled TypeScript).
 * @param {Explained[]} explained
 * @param {string} root
 * @returns {(frame: { functionName: string, url: string, lineNumber: number }) => Explained | undefined}
 */
function finder(explained, root) {
  /** @type {Map<string, Explained>} */
  const byLine = new Map();
  /** @type {Map<string, Explained>} */
  const byName = new Map();
  for (const item of explained) {
    const name = lastName(item.name);
    byLine.set(`${item.file}:${item.line} ${name}`, item);
    byName.set(`${item.file} ${name}`, item);
  }
  return ({ functionName, url, lineNumber }) => {
    if (!url.startsWith("file:") && !url.startsWith("/")) return undefined;
    const path = url.startsWith("file:") ? fileURLToPath(url) : url;
    const inside = relative(root, path);
    const file = inside.startsWith("..") ? path : inside;
    const name = lastName(functionName);
    return byLine.get(`${file}:${lineNumber + 1} ${name}`) ?? byName.get(`${file} ${name}`);
  };
}

/** @param {string} name */
function lastName(name) {
  return name.split(/[.#]/).at(-1) ?? name;
}

/**
 * Reasons of the same kind are one, wherever they are.
 * @param {string | null} reason
 */
function withoutPlace(reason) {
  return (reason ?? "no reason given").replace(/ at \S+:\d+$/, "");
}
