/**
 * The rewrite. It puts a prologue on the first line, a guard at the start of each site's body, probes around what a call must not reach unnoticed,
 * and, at the start of the bodies of classes and of functions that run once, statements that hand over their bindings and private members. Nothing
 * moves to another line.
 *
 *     var {box:$dumbo,0:$dumbo0}=globalThis[Symbol.for("dumbo")]?.(id,url,sites,getter,setter,assigner)??0;
 *     function f(a, b) {if(typeof $dumbo0==="function"&&$dumbo0(this,a,b))return $dumbo.value; ... }
 *
 * The guard's variable is undefined while the site is off. `typeof` is there because programs also turn functions into text and run them in other
 * realms, where the name does not exist. The guard's function answers whether it has a value. If not, the body runs on in its own frame, as it
 * would without dumbo.
 */
import type { Program } from "estree";
import MagicString from "magic-string";
import type { Node } from "../../audit/scan/syntax.ts";
import {
  APART,
  BLOCK_END,
  blockProbe,
  COMMA_END,
  COMMA_MENTION,
  commaProbe,
  expressionEnd,
  expressionGuard,
  FRAMES,
  HELD,
  innerCallStart,
  KEEP_OWNER_END,
  KEEP_RECEIVER,
  keepOwner,
  keepOwnerStart,
  LOOK,
  LOOK_END,
  laterCallStart,
  lookProbe,
  MARK,
  PIPELINE,
  PIPELINE_END,
  PRIVATES,
  PROBE,
  pipelineStart,
  privateBlock,
  probeExpression,
  RECEIVER_MENTION,
  SCOPES,
  scopeStart,
  statementGuard,
} from "../../src/code/guard-text.ts";
import type { Analysis } from "../analyse/analyse.ts";
import { holdDefault } from "../analyse/default-export.ts";
import type { Guard } from "../analyse/guard-form.ts";
import { type Pipeline, shapeOf } from "../analyse/pipelines.ts";
import type { MentionPlace, Probe } from "../analyse/probes.ts";
import type { SourceKind } from "../parse/parse.ts";
import { arrowEnd, insertTelling } from "./telling.ts";

const OUTERMOST_FIRST = ["first", "block", "comma", "look"] as const;

export function rewrite(text: string, program: Program, kind: SourceKind, id: string, analysis: Analysis): MagicString {
  const edits = new MagicString(text);
  const { owners, mentions } = analysis.receivers;
  // A pipeline stands in all of these: no probe stands at one, or in one.
  analysis.pipelines.forEach(({ calls }) => {
    for (const { node } of calls) edits.appendLeft(node.end, PIPELINE_END);
  });
  insertEnds(edits, text, analysis);
  const read = rootsOf(analysis, () => true);
  const assigned = rootsOf(analysis, (n) => analysis.assigned.has(n));
  analysis.once.forEach(({ node }, index) => {
    const home = index + 1;
    atStart(edits, node, scopeStart(home, getter(read, home), assigner(assigned, home)));
  });
  for (const [owner, after] of owners) {
    if (after === null) atStart(edits, owner, KEEP_RECEIVER);
    // With a semicolon of its own, which is taken away with it: the statement may have none.
    else edits.appendLeft(after.end, `;${KEEP_RECEIVER}`);
  }
  analysis.owners.forEach((owner, n) => {
    if ((owner.body as Node).type === "BlockStatement") atStart(edits, owner, keepOwner(n));
  });
  for (const place of mentions) mentionReceiver(edits, place);
  for (const kind of OUTERMOST_FIRST) {
    for (const probe of analysis.probes) if (probe.place.kind === kind) insertProbe(edits, probe);
  }
  analysis.pipelines.forEach((pipeline, index) => {
    insertPipeline(edits, text, pipeline, index + 1);
  });
  for (const { body, names } of analysis.privates) edits.appendLeft(body.start + 1, privateBlock(names));
  if (analysis.held) holdDefault(edits, analysis.held, text);
  const body = program.body as unknown as Node[];
  const last = lastDirective(body);
  const at = last ? last.end : text.startsWith("#!") ? lineEnd(text) : 0;
  const get = getter(read, 0);
  const assign = analysis.assigned.size > 0 ? assigner(assigned, 0) : "0";
  edits.appendLeft(at, prologue(analysis, kind, id, last !== null, { get, assign }));
  return edits;
}

/**
 * Inserts all that ends where an expression does. Texts at one offset stand in the order in which they are inserted, so what stands inside comes first:
 * it starts later. Blocks of probes stand around all of these, and their ends come last. The starts of looks and commas come after those of guards,
 * with the probes.
 */
function insertEnds(edits: MagicString, text: string, { probes, receivers, guards, owners }: Analysis): void {
  const places = [...probes.map(({ place }) => place), ...receivers.mentions];
  const endings = (kind: "look" | "comma", end: string) =>
    places.flatMap((place) =>
      place.kind === kind ? [{ node: place.node, insert: () => edits.appendLeft(place.node.end, end) }] : [],
    );
  const all = [
    ...endings("look", LOOK_END),
    ...endings("comma", COMMA_END),
    ...guards.map((guard) => ({ node: guard.node, insert: () => insertGuard(edits, text, guard) })),
    ...owners.map((node, n) => ({ node, insert: () => keepInExpression(edits, text, node, n) })),
  ];
  // Of what starts at one offset, the earlier ones in the list stand inside.
  for (const { insert } of all.sort((a, b) => b.node.start - a.node.start)) insert();
}

/** An arrow function whose body is an expression keeps its call in a block around that. */
function keepInExpression(edits: MagicString, text: string, owner: Node, n: number): void {
  if ((owner.body as Node).type === "BlockStatement") return;
  // In front of a guard, which may stand at the same offset.
  edits.prependLeft(arrowEnd(text, owner), keepOwnerStart(n));
  edits.appendLeft(owner.end, KEEP_OWNER_END);
}

export function insertGuard(edits: MagicString, text: string, { node, site, passed, tells }: Guard): void {
  // `this` is passed on even if the body does not use it: stack traces of a miss must name the same receiver.
  const self = node.type === "ArrowFunctionExpression" ? "void 0" : "this";
  const list = passed === "" ? self : `${self},${passed}`;
  const body = node.body as Node;
  const last = body.type === "BlockStatement" ? lastDirective(body.body as Node[]) : null;
  const at = last ? last.end : body.start + 1;
  if (tells) {
    insertTelling(edits, text, { node, site, tells }, at, list);
  } else if (body.type === "BlockStatement") {
    const guard = statementGuard(site, list);
    edits.appendLeft(at, last ? `;${guard}` : guard);
  } else {
    edits.appendLeft(body.start, expressionGuard(site, list));
    // On the left of the offset, it is part of the function; on the right, it would be part of what follows.
    edits.appendLeft(body.end, expressionEnd(site));
  }
}

function insertPipeline(edits: MagicString, text: string, pipeline: Pipeline, number: number): void {
  const textOf = ({ start, end }: Node) => text.slice(start, end);
  const { calls, asksAt, values, between } = pipeline;
  const textsOf = (mayThrow: boolean) =>
    values.filter((value) => value.mayThrow === mayThrow).map(({ node }) => textOf(node));
  const throwing = [...textsOf(true), ...between.map(textOf)];
  const read = [...textsOf(false), ...(throwing.length > 0 ? [`()=>[${throwing}]`] : [])];
  let constant: Node | null = null;
  for (const [index, stage] of calls.entries()) {
    const depth = index + 1;
    constant = stage.constant ?? constant;
    let start: string;
    if (index === asksAt) start = pipelineStart(number, shapeOf(pipeline), read.join());
    else if (constant === null) start = innerCallStart(number, depth);
    else start = laterCallStart(number, depth, textOf(constant));
    edits.appendLeft(stage.node.start, start);
  }
}

/** Puts a statement at the start of a function's body. */
function atStart(edits: MagicString, { body }: Node, statement: string): void {
  const { start, body: statements } = body as Node;
  const last = lastDirective(statements as Node[]);
  edits.appendLeft(last ? last.end : start + 1, `${last ? ";" : ""}${statement}`);
}

function mentionReceiver(edits: MagicString, place: MentionPlace): void {
  if (place.kind === "comma") edits.appendLeft(place.node.start, COMMA_MENTION);
  else edits.appendLeft(place.at, `${place.afterDirective ? ";" : ""}${RECEIVER_MENTION};`);
}

function insertProbe(edits: MagicString, probe: Probe): void {
  const { place, number } = probe;
  switch (place.kind) {
    case "first":
      if (place.isCase) edits.prependLeft(place.at, `${probeExpression(probe)};`);
      else edits.appendLeft(place.at, `${place.afterDirective ? ";" : ""}${probeExpression(probe)};`);
      return;
    case "comma":
      edits.appendLeft(place.node.start, commaProbe(probe));
      return;
    case "look": {
      const { node, path, startsStatement } = place;
      edits.appendLeft(node.start, `${startsStatement ? APART : ""}${lookProbe(number, path)}`);
      return;
    }
    case "block":
      edits.appendLeft(place.node.start, blockProbe(probe));
      edits.appendLeft(place.node.end, BLOCK_END);
  }
}

function prologue(
  analysis: Analysis,
  kind: SourceKind,
  id: string,
  afterDirective: boolean,
  { get, assign }: { readonly get: string; readonly assign: string },
): string {
  // The guards are taken from what the call answers. If they came by the setter, V8 would have to compile it at each start.
  const names = [
    ...analysis.guards.map(({ site }) => `,${site}:${MARK}${site}`),
    ...analysis.pipelines.map((_, n) => `,"${-n - 1}":${PIPELINE}${n + 1}`),
  ].join("");
  const probes = analysis.probes.length > 0 ? `,frames:${FRAMES},probe:${PROBE},look:${LOOK}` : "";
  const privates = analysis.privates.length > 0 ? `,privates:${PRIVATES}` : "";
  const url = kind === "module" ? "import.meta.url" : "__filename";
  const scopes = analysis.once.length > 0 ? `,scopes:${SCOPES}` : "";
  const set = cases(`${NUMBER},${VALUE}`, [
    ...analysis.guards.map(({ site }) => `case ${site}:${MARK}${site}=${VALUE};break;`),
    ...analysis.pipelines.map((_, n) => `case ${-n - 1}:${PIPELINE}${n + 1}=${VALUE};break;`),
  ]);
  const sites = JSON.stringify([
    ...analysis.guards.map(({ site }) => site),
    ...analysis.pipelines.map((_, n) => -n - 1),
  ]);
  const renamed = analysis.held?.kind === "declaration" ? `,${HELD}` : "";
  const needs = analysis.needs.length > 0 || renamed ? `,${JSON.stringify(analysis.needs)}` : "";
  const symbols = analysis.hasOwnSymbol ? "globalThis.Symbol" : "Symbol";
  const call = `globalThis[${symbols}.for("dumbo")]?.("${id}",${url},${sites},${get},${set},${assign}${needs}${renamed})`;
  const held = analysis.held?.kind === "expression" ? `,${HELD}` : "";
  return `${afterDirective ? ";" : ""}var {box:${MARK}${names}${probes}${privates}${scopes}}=${call}??0${held};`;
}

// Names for the parameters of getters and setters: a module that contains them is not rewritten.
const NUMBER = `${MARK}N`;
const VALUE = `${MARK}V`;

/** The getters of the module, and of each function that runs once with it: their numbers, and the texts that read the bindings. */
type Roots = readonly (readonly [number: number, text: string])[][];

function rootsOf({ getters, once }: Analysis, isTaken: (n: number) => boolean): Roots {
  const roots: [number, string][][] = [[], ...once.map(() => [])];
  getters.forEach(({ home, text }, n) => {
    if (isTaken(n)) roots[home]?.push([n, text]);
  });
  return roots;
}

/**
 * The text of a function that reads bindings by their numbers. Those of a function that runs once can only be read inside of it, so it gets such a
 * function of its own, and the module's one asks that.
 */
function getter(roots: Roots, home: number): string {
  const own = (roots[home] ?? []).map(([n, text]) => `case ${n}:return ${text};`);
  return cases(NUMBER, [...own, ...inner(roots, home, (at) => `return ${SCOPES}.get(${at},${NUMBER});`)]);
}

/** The text of a function that assigns to bindings by their numbers. */
function assigner(roots: Roots, home: number): string {
  const own = (roots[home] ?? []).map(([n, text]) => `case ${n}:${text}=${VALUE};break;`);
  const others = inner(roots, home, (at) => `${SCOPES}.assign(${at},${NUMBER},${VALUE});break;`);
  return cases(`${NUMBER},${VALUE}`, [...own, ...others]);
}

function inner(roots: Roots, home: number, ask: (at: number) => string): string[] {
  if (home > 0) return [];
  return roots.map((list, at) => {
    const labels = at === 0 ? "" : list.map(([n]) => `case ${n}:`).join("");
    return labels === "" ? "" : `${labels}${ask(at)}`;
  });
}

function cases(parameters: string, list: readonly string[]): string {
  const text = list.join("");
  return text === "" ? "()=>{}" : `(${parameters})=>{switch(${NUMBER}){${text}}}`;
}

function lastDirective(body: readonly Node[]): Node | null {
  let last: Node | null = null;
  for (const statement of body) {
    if (typeof statement.directive !== "string") break;
    last = statement;
  }
  return last;
}

/** The offset of the line after a hashbang. */
function lineEnd(text: string): number {
  const end = /\r\n|[\n\r\u2028\u2029]/.exec(text);
  return end ? end.index + end[0].length : text.length;
}
