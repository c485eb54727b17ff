/** The manifest of a module: what its analysis has found, with the texts by which functions and classes are recognised when the rewritten module runs. */
import type MagicString from "magic-string";
import type { Node } from "../../audit/scan/syntax.ts";
import { COMMA_END, KEEP_OWNER_END, unguardedText } from "../../src/code/guard-text.ts";
import type { ClassMethod, ClassShape, Inner, Manifest, Member } from "../../src/code/manifest.ts";
import { hashText } from "../../src/hash.ts";
import type { Analysis } from "../analyse/analyse.ts";
import type { ClassElement } from "../analyse/candidates.ts";

/** @param edits of the rewritten module */
export function manifestOf(id: string, analysis: Analysis, edits: MagicString): Manifest {
  const ends = endsOf(analysis);
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

/** What the rewrite has put behind expressions and statements, by the offset at which these end. */
type Ends = ReadonlyMap<number, readonly End[]>;

interface End {
  /** It does not belong to what starts at this offset or behind it. */
  readonly before: number;
  readonly length: number;
}

function endsOf({ probes, receivers, owners }: Analysis): Ends {
  const ends = new Map<number, End[]>();
  const add = (at: number, end: End) => ends.set(at, [...(ends.get(at) ?? []), end]);
  for (const place of [...probes.map((probe) => probe.place), ...receivers.mentions]) {
    if (place.kind !== "comma" && place.kind !== "block") continue;
    // A node is not the probe that stands around it.
    add(place.node.end, { before: place.node.start, length: COMMA_END.length });
  }
  for (const { start, end, body } of owners) {
    if ((body as Node).type !== "BlockStatement") add(end, { before: start + 1, length: KEEP_OWNER_END.length });
  }
  return ends;
}

/**
 * The text that `Function.prototype.toString` would show for a node without its guard. What ends around the node where the node ends, too, does not
 * belong to the text, but magic-string says that it does.
 */
function runtimeText(edits: MagicString, node: Node, ends: Ends): string {
  const text = unguardedText(edits.slice(node.start, node.end));
  let around = 0;
  for (const { before, length } of ends.get(node.end) ?? []) if (before <= node.start) around += length;
  return shownText(text.slice(0, text.length - around), node);
}

function shownText(text: string, node: Node): string {
  return node.type === "MethodDefinition" && node.static ? text.replace(/^static\s+/, "") : text;
}
