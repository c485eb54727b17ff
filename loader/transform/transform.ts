/**
 * The transform of one module. It depends on nothing but the source and the options, so its result can be cached, and is the same in the main thread
 * and in the hook thread of Node 20.
 */
import remapping from "@jridgewell/remapping";
import type MagicString from "magic-string";
import type { Node, Scopes } from "../../audit/scan/syntax.ts";
import { COMMA_END, MARK, unguardedText } from "../../src/code/guard-text.ts";
import type { ClassMethod, ClassShape, Inner, Manifest, Member } from "../../src/code/manifest.ts";
import { hashText } from "../../src/hash.ts";
import type { ModuleCause } from "../../src/reason/reason.ts";
import { type AnalyseOptions, type Analysis, analyse } from "../analyse/analyse.ts";
import type { ClassElement } from "../analyse/candidates.ts";
import { parse, parseUndecided, type SourceKind } from "../parse/parse.ts";
import { analyseScopes } from "../parse/scopes.ts";
import { rewrite } from "./rewrite.ts";
import { inlineMap, readInlineMap } from "./source-map.ts";

export interface TransformOptions extends AnalyseOptions {
  /** Undefined if only the syntax can tell. */
  readonly kind: SourceKind | undefined;
  /** Whether anything will read a source map: coverage, --enable-source-maps, a debugger. */
  readonly sourceMap: boolean;
  /** Where functions begin that earlier runs have seen run again: none of them counts as one that runs once with the module. */
  readonly repeated?: readonly number[];
}

/** Why a module is not rewritten; null if there is nothing in it to rewrite. */
export type Untouched = { readonly untouched: ModuleCause | null };

export interface Transformed {
  readonly code: string;
  readonly kind: SourceKind;
  readonly manifest: Manifest;
}

/** The reason for not rewriting a text that the parser has thrown an error for. */
export function unparsed(error: unknown): ModuleCause {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "unparsed", message: message.trim().split("\n")[0] ?? "" };
}

/**
 * Rewrites one module of plain JavaScript.
 * @param source the text that will run
 * @param id names the module's content; the prologue hands it to dumbo when the module runs
 * @returns why it is untouched, if it cannot be parsed or its names cannot be trusted
 */
export function transform(source: string, id: string, options: TransformOptions): Transformed | Untouched {
  if (source.includes(MARK)) return { untouched: { kind: "contains-mark", name: MARK } };
  let parsed: ReturnType<typeof parseUndecided>;
  try {
    parsed = options.kind ? { program: parse(source, options.kind), kind: options.kind } : parseUndecided(source);
  } catch (error) {
    return { untouched: unparsed(error) };
  }
  const { program, kind } = parsed;
  const scopes = analyseScopes(program, kind, {
    followsNames: options.scope === "package",
    ...(options.repeated && { repeated: options.repeated }),
  });
  const unsafe = unsafeNames(scopes, kind, source);
  if (unsafe) return { untouched: unsafe };

  const analysis = analyse(program, source, scopes, options);
  const { units, refusals, pipelines } = analysis;
  if (units.length + refusals.length + pipelines.length === 0) return { untouched: null };
  const edits = rewrite(source, program, kind, id, analysis);
  const manifest = manifestOf(id, analysis, edits);
  const map = options.sourceMap ? inlineMap(composed(edits, source)) : "";
  return { code: edits.toString() + map, kind, manifest };
}

/** Finds what would make a name mean something else than it seems to, or the prologue fail. */
export function unsafeNames(scopes: Scopes, kind: SourceKind, text: string): ModuleCause | null {
  if (scopes.isEvaluating) return { kind: "direct-eval" };
  if (/\bwith\b/.test(text)) {
    for (const node of scopes.parents.keys()) if (node.type === "WithStatement") return { kind: "with-statement" };
  }
  const taken = ["globalThis", "undefined", ...(kind === "commonjs" ? ["__filename"] : [])];
  const shadowed = taken.find((name) => scopes.top.set.get(name)?.defs.length);
  return shadowed === undefined ? null : { kind: "shadowed-name", name: shadowed };
}

/** Finds a direct `eval`, wherever it stands. */
export function directEval({ isEvaluating, evaluators }: Scopes): ModuleCause | null {
  return isEvaluating || evaluators.size > 0 ? { kind: "direct-eval" } : null;
}

export function manifestOf(id: string, analysis: Analysis, edits: MagicString): Manifest {
  const ends = probeEnds(analysis);
  const textOf = (node: Node) => hashText(runtimeText(edits, node, ends));
  const methodOf = (method: ClassElement): ClassMethod => ({
    ...method,
    text: textOf(method.text),
    ...analysis.lateOf(method.text),
  });
  const members: Member[] = analysis.members.map(({ access, unit, text }) => ({
    access,
    unit,
    ...(text ? { text: textOf(text) } : {}),
  }));
  const classes: ClassShape[] = analysis.classes.map(({ access, unit, text, methods }) => ({
    access,
    unit,
    ...(text ? { text: textOf(text) } : {}),
    methods: methods.map(methodOf),
  }));
  const texts = analysis.inner.map(({ text }) => textOf(text));
  const offsets = offsetsOf(analysis.inner, texts, edits);
  const inner: Inner[] = withoutTwins(
    analysis.inner.map(({ unit, line, closed, methods, once }, i) => ({
      text: texts[i] as string,
      unit,
      line,
      ...(offsets.has(i) ? { offset: offsets.get(i) as number } : {}),
      ...(closed ? { closed } : {}),
      ...(methods ? { methods: methods.map(methodOf) } : {}),
      ...(once ? { once } : {}),
    })),
  );
  const { cells, units, sites, refusals, probed: probes, reassigns } = analysis;
  return {
    source: id,
    cells,
    units,
    sites,
    refusals,
    probes,
    members,
    inner,
    classes,
    ...(analysis.once.length > 0 && { once: analysis.once.map(({ node, lines }) => ({ start: node.start, lines })) }),
    ...(reassigns && { reassigns }),
  };
}

/** Where functions begin that have their text and line in common with others of another unit, from the first of these on, by their places in the list. */
function offsetsOf(list: Analysis["inner"], texts: readonly string[], edits: MagicString): ReadonlyMap<number, number> {
  const groups = new Map<string, number[]>();
  for (const [i, { line }] of list.entries()) {
    const group = groups.get(`${texts[i]} ${line}`);
    if (group) group.push(i);
    else groups.set(`${texts[i]} ${line}`, [i]);
  }
  const offsets = new Map<number, number>();
  const startOf = (i: number) => (list[i] as Analysis["inner"][number]).text.start;
  for (const group of groups.values()) {
    if (new Set(group.map((i) => list[i]?.unit)).size === 1) continue;
    const first = Math.min(...group.map(startOf));
    for (const i of group) offsets.set(i, startOf(i) === first ? 0 : edits.slice(first, startOf(i)).length);
  }
  return offsets;
}

/** Leaves out functions that have the text, the line and the unit of another one, and need not be told from it. */
function withoutTwins(list: readonly Inner[]): Inner[] {
  const key = ({ text, line, unit, offset }: Inner) => `${text} ${line} ${unit} ${offset}`;
  const found = new Map(list.map((inner) => [key(inner), inner]));
  return [...found.values()];
}

/** For each offset at which expressions or statements with a probe around them end: the offsets at which they start. */
type ProbeEnds = ReadonlyMap<number, readonly number[]>;

function probeEnds({ probes, receivers }: Analysis): ProbeEnds {
  const ends = new Map<number, number[]>();
  for (const place of [...probes.map((probe) => probe.place), ...receivers.mentions]) {
    if (place.kind !== "comma" && place.kind !== "block") continue;
    const { start, end } = place.node;
    ends.set(end, [...(ends.get(end) ?? []), start]);
  }
  return ends;
}

/**
 * The text that `Function.prototype.toString` would show for a node without its guard. If the end of a probe around the node stands where the node
 * ends, it does not belong to the text, but magic-string says that it does.
 */
function runtimeText(edits: MagicString, node: Node, ends: ProbeEnds): string {
  const text = unguardedText(edits.slice(node.start, node.end));
  const around = ends.get(node.end)?.filter((start) => start <= node.start).length ?? 0;
  return shownText(text.slice(0, text.length - around * COMMA_END.length), node);
}

function shownText(text: string, node: Node): string {
  return node.type === "MethodDefinition" && node.static ? text.replace(/^static\s+/, "") : text;
}

function composed(edits: MagicString, source: string): string {
  // An empty URL is relative to the module's own, so it means the module itself. The transform does not know its path.
  const own = edits.generateMap({ hires: "boundary", includeContent: false, source: "" });
  const inner = readInlineMap(source);
  return inner === null ? own.toString() : remapping([own.toString(), inner], () => null).toString();
}
