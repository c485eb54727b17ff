/** Analyses one source as the loader would. */
import { extname, sep } from "node:path";
import type { AssumePure } from "../audit/assume-pure.ts";
import type { Transforming } from "../loader/hooks/load.ts";
import type { SourceKind } from "../loader/parse/parse.ts";
import { isTypeScript } from "../loader/parse/typescript.ts";
import type { Transformed, Untouched } from "../loader/transform/transform.ts";
import type { Config } from "../src/config/config.ts";

const KINDS: Readonly<Record<string, SourceKind>> = {
  ".mjs": "module",
  ".mts": "module",
  ".cjs": "commonjs",
  ".cts": "commonjs",
};

export interface AnalyseSettings {
  readonly config: Config;
  readonly list: AssumePure;
  /** The names of the module's functions that are on the assumePure list. */
  readonly assumed: readonly string[];
  readonly transforming: Transforming;
}

/** @param file the path of the source; its extension says which kind of source it is */
export function analyseSource(
  file: string,
  source: string,
  { config, list, assumed, transforming: { transform, stripTypes, unparsed } }: AnalyseSettings,
): Transformed | Untouched {
  const options = {
    scope: file.includes(`${sep}node_modules${sep}`) ? "package" : "user",
    assumed,
    assumedBuiltins: list.builtins,
    replayWrites: config.replayWrites,
    leavesSlight: config.policy === "measured",
    sourceMap: false,
  } as const;
  try {
    const text = isTypeScript(file) ? stripTypes(source) : source;
    return transform(text, file, { ...options, kind: KINDS[extname(file)] });
  } catch (error) {
    return { untouched: unparsed(error) };
  }
}
