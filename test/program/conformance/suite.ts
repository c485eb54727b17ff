/** What a checkout of test262 holds: its tests, what their front matter says, and the texts that run. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

export type Phase = "parse" | "resolution" | "runtime";

/** One test in one mode of the language. */
export interface Variant {
  /** Below the checkout's `test`, with slashes. */
  readonly path: string;
  readonly file: string;
  readonly kind: "module" | "strict" | "sloppy";
}

/** What the front matter asks for. */
export interface Wants {
  readonly isAsync: boolean;
  /** Neither harness nor directive. */
  readonly isRaw: boolean;
  readonly includes: readonly string[];
  readonly negative: { readonly phase: Phase; readonly type: string } | null;
}

/**
 * Finds the checkout around a path, and the tests to run: those below the path, `test/language` if it is the checkout.
 * @throws Error when the path is in no checkout
 */
export function findTests(path: string): { root: string; variants: Variant[] } {
  const start = resolve(path);
  let root = start;
  while (!existsSync(join(root, "harness/sta.js"))) {
    const parent = dirname(root);
    if (parent === root) throw new Error(`${start} is not in a checkout of test262`);
    root = parent;
  }
  const from = start === root ? join(root, "test/language") : start;
  const files = statSync(from).isFile()
    ? [from]
    : readdirSync(from, { recursive: true }).map((f) => join(from, `${f}`));
  const isTest = (file: string) => file.endsWith(".js") && !file.includes("_FIXTURE");
  return {
    root,
    variants: files
      .filter(isTest)
      .sort()
      .flatMap((file) => variantsOf(root, file)),
  };
}

function variantsOf(root: string, file: string): Variant[] {
  const path = relative(join(root, "test"), file).split(sep).join("/");
  const flags = flagsOf(readFileSync(file, "utf8"));
  if (flags.includes("module")) return [{ path, file, kind: "module" }];
  const variants: Variant[] = [];
  if (!flags.includes("onlyStrict")) variants.push({ path, file, kind: "sloppy" });
  if (!flags.includes("noStrict") && !flags.includes("raw")) variants.push({ path, file, kind: "strict" });
  return variants;
}

export function readWants(text: string): Wants {
  const flags = flagsOf(text);
  const meta = frontMatter(text);
  const negative = /^negative:\n(?: +.*\n?)+/m.exec(meta)?.[0];
  const phase = negative && /phase: *(\w+)/.exec(negative)?.[1];
  const type = negative && /type: *(\w+)/.exec(negative)?.[1];
  return {
    isAsync: flags.includes("async"),
    isRaw: flags.includes("raw"),
    includes: listOf(meta, "includes"),
    negative: phase && type ? { phase: phase as Phase, type } : null,
  };
}

/** The text of a variant, as it runs after its harness. */
export function textOf({ kind }: Variant, text: string): string {
  return kind === "strict" ? `"use strict";\n${text}` : text;
}

/** Names of the harness files that a test needs, in order. */
export function harnessOf({ isRaw, isAsync, includes }: Wants): string[] {
  if (isRaw) return [];
  return ["assert.js", "sta.js", ...(isAsync ? ["doneprintHandle.js"] : []), ...includes];
}

function frontMatter(text: string): string {
  return (/\/\*---([\s\S]*?)---\*\//.exec(text)?.[1] ?? "").replace(/\r\n?/g, "\n");
}

function flagsOf(text: string): string[] {
  return listOf(frontMatter(text), "flags");
}

/** A list of YAML, in brackets or with dashes. */
function listOf(meta: string, name: string): string[] {
  const inBrackets = new RegExp(`^${name}: *\\[([^\\]]*)\\]`, "m").exec(meta)?.[1];
  if (inBrackets !== undefined)
    return inBrackets
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
  const lines = new RegExp(`^${name}: *\\n((?: +- .*\\n?)+)`, "m").exec(meta)?.[1] ?? "";
  return lines
    .split("\n")
    .map((line) => line.replace(/^ *- */, "").trim())
    .filter((item) => item !== "");
}
