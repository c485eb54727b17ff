/**
 * Makes the manifest of a module that was loaded without a rewrite. There are no probes in it: if the scan refuses any of it, every function that
 * reaches it is refused. Its functions are found by the places of their code.
 */
import MagicString from "magic-string";
import { MARK } from "../../src/code/guard-text.ts";
import type { PlainAnalysis } from "../../src/code/plain-module.ts";
import { type AnalyseOptions, type Analysis, analyse } from "../analyse/analyse.ts";
import { parse, type SourceKind } from "../parse/parse.ts";
import { analyseScopes } from "../parse/scopes.ts";
import { manifestOf } from "./module-manifest.ts";
import { unparsed, unsafeNames } from "./transform.ts";

/**
 * @param source the text of the module's script, as V8 has it
 * @param id names the module's content
 */
export function analysePlain(source: string, id: string, kind: SourceKind, options: AnalyseOptions): PlainAnalysis {
  if (source.includes(MARK)) return { untouched: { kind: "contains-mark", name: MARK } };
  let program: ReturnType<typeof parse>;
  try {
    program = parse(source, kind);
  } catch (error) {
    return { untouched: unparsed(error) };
  }
  // No function counts as one that runs once: no rewritten code hands over its bindings, and the inspector shows them like those of any closure.
  const scopes = analyseScopes(program, kind, { findsOnce: false });
  const unsafe = unsafeNames(scopes, kind, source);
  if (unsafe) return { untouched: unsafe };
  const analysis = analyse(program, source, scopes, { ...options, isMade: true });
  const manifest = manifestOf(id, placedOnly(analysis), new MagicString(source));
  const roots = analysis.getters.map(({ text }) => text);
  const bindings = scopes.top.variables.filter(({ defs }) => defs.length > 0).map(({ name }) => name);
  return { ...manifest, plain: { roots, bindings, needs: analysis.needs } };
}

/** The analysis without what finds functions by a binding or path, and without guards and probes. */
function placedOnly(analysis: Analysis): Analysis {
  return { ...analysis, members: [], classes: [], sites: [], refusals: [], guards: [], probes: [], probed: [] };
}
