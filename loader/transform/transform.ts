/**
 * The transform of one module. It depends on nothing but the source and the options, so its result can be cached, and is the same in the main thread
 * and in the hook thread of Node 20.
 */
import remapping from "@jridgewell/remapping";
import type MagicString from "magic-string";
import type { Scopes } from "../../audit/scan/syntax.ts";
import { MARK } from "../../src/code/guard-text.ts";
import type { Manifest } from "../../src/code/manifest.ts";
import type { ModuleCause } from "../../src/reason/reason.ts";
import { type AnalyseOptions, analyse } from "../analyse/analyse.ts";
import { parse, parseUndecided, type SourceKind } from "../parse/parse.ts";
import { analyseScopes } from "../parse/scopes.ts";
import { manifestOf } from "./module-manifest.ts";
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

function composed(edits: MagicString, source: string): string {
  // An empty URL is relative to the module's own, so it means the module itself. The transform does not know its path.
  const own = edits.generateMap({ hires: "boundary", includeContent: false, source: "" });
  const inner = readInlineMap(source);
  return inner === null ? own.toString() : remapping([own.toString(), inner], () => null).toString();
}
