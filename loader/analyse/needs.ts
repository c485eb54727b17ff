/**
 * What has to be tapped before a module runs, because its code can get hold of it: globals that it mentions, and built-in
 * modules (as `node:...`) that it imports.
 */
import { isBuiltin } from "node:module";
import type { Program } from "estree";
import type { Scopes } from "../../audit/scan/syntax.ts";
import { memberPath } from "../../audit/scan/syntax.ts";
import { globalTables } from "../../audit/taps/tables.ts";

export function needsOf(program: Program, scopes: Scopes): string[] {
  const needs = new Set<string>();
  for (const { variable, name, node } of scopes.uses) {
    const [member = ""] = /^global(This)?$/.test(name) ? memberPath(node, scopes.parents).path : [];
    for (const one of [name, member]) if (!variable && Object.hasOwn(globalTables, one)) needs.add(one);
  }
  for (const statement of program.body as unknown as { source?: { value?: unknown } }[]) {
    const from = statement.source?.value;
    if (typeof from === "string" && isBuiltin(from)) needs.add(`node:${from.replace(/^node:/, "")}`);
  }
  return [...needs];
}
