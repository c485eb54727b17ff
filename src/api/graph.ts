/** The graph of calls: which calls of memoized functions a call has made, as stored results say. */
import type { CallName, Made } from "../trace/made-calls.ts";
import { theEngine } from "./connection.ts";
import type * as declared from "./declared.ts";
import type { CallGraph, RecordedCall } from "./declared.ts";
import { noteQuestion } from "./note-finding.ts";
import { callOf } from "./queries.ts";

/** One call that has made others. */
interface Maker {
  readonly call: CallName;
  readonly made: readonly CallName[];
}

export const dependencies: typeof declared.dependencies = (fn, ...args) => {
  const { hand, self } = callOf(fn);
  const found = hand.find(self, args as readonly unknown[]);
  const engine = theEngine();
  if (engine === null || found.kind !== "keyed" || found.hit === null) return null;
  return callsOf(engine.tools.unpackTrace(found.hit.entry.trace).made);
};

export const dependents: typeof declared.dependents = (fn, ...args) => {
  const { hand, self } = callOf(fn);
  const found = hand.find(self, args as readonly unknown[]);
  if (found.kind !== "keyed") return [];
  const key = found.key.outside ?? found.key.hash;
  const isUser = ({ made }: Maker) => made.some((one) => one.key === key);
  return sorted(
    makers()
      .filter(isUser)
      .map(({ call }) => call),
  );
};

export const dependencyGraph = graph as typeof declared.dependencyGraph;

function graph({ format }: { readonly format?: "json" | "dot" } = {}): CallGraph | string {
  if (format !== undefined && format !== "json" && format !== "dot") throw new TypeError('format is "json" or "dot"');
  const found = graphOf(makers());
  if (format === undefined) return found;
  return format === "json" ? JSON.stringify(found, null, 2) : dotOf(found);
}

/** The stored calls that have made others, outside of contexts: of all stores that this thread uses. */
function makers(): Maker[] {
  const engine = theEngine();
  if (engine === null) return [];
  noteQuestion(engine);
  const found: Maker[] = [];
  const { readEntries, unpackTrace } = engine.tools;
  const visit = (key: string, record: Uint8Array) => {
    for (const { trace } of readEntries(record)) {
      const { maker, made } = unpackTrace(trace);
      // A call in a context is stored under another key than the one that it names: it is left out.
      if (maker?.key === key) found.push({ call: maker, made: callsOf(made) ?? [] });
    }
  };
  engine.memoizer.work(() => engine.visitRecords(visit), undefined);
  return found;
}

/** Null where it is not known. */
function callsOf(made: Made | undefined): RecordedCall[] | null {
  if (made === undefined) return [];
  return made === "unknown" ? null : sorted(made.direct);
}

function graphOf(all: readonly Maker[]): CallGraph {
  const edges = new Map<string, { readonly from: string; readonly to: string }>();
  for (const { call, made } of all) {
    for (const { key } of made) edges.set(`${call.key} ${key}`, { from: call.key, to: key });
  }
  const byName = [...edges.keys()].sort().map((name) => edges.get(name) as { from: string; to: string });
  return { calls: sorted(all.flatMap(({ call, made }) => [call, ...made])), edges: byName };
}

/** Each once, by name, arguments and key. */
function sorted(calls: readonly CallName[]): RecordedCall[] {
  const argumentsOf = theEngine()?.tools.argumentsOf;
  const byKey = new Map(calls.map(({ key, name }) => [key, { name, args: argumentsOf?.(key) ?? null, key }]));
  const textOf = ({ name, args, key }: RecordedCall) => `${name}\0${args ?? ""}\0${key}`;
  return [...byKey.values()].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

function dotOf({ calls, edges }: CallGraph): string {
  const nodes = calls.map(
    ({ key, name, args }) => `  "${key}" [label=${quoted(args === null ? name : `${name}(${args})`)}];\n`,
  );
  const lines = edges.map(({ from, to }) => `  "${from}" -> "${to}";\n`);
  return `digraph calls {\n  node [shape=box];\n${nodes.join("")}${lines.join("")}}\n`;
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
