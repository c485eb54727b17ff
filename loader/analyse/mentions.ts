/** Names by which code may get at functions of the language or of Node and look at them as at objects: `Math.max.k`, `list.map.k`. */
import { isBuiltin } from "node:module";
import { isBuiltInName } from "../../audit/builtins/names.ts";
import { pureGlobalNames } from "../../audit/scan/allow-list.ts";
import type { Scan } from "../../audit/scan/scan.ts";
import { isLookedInto, memberPath, type Scopes, type Use } from "../../audit/scan/syntax.ts";
import type { Unit } from "../../src/code/manifest.ts";
import { sourceOf } from "./binding-source.ts";

/** @param outer the uses in the code of names that are declared elsewhere */
export function mentionsOf(outer: readonly Use[], { mentions }: Scan, scopes: Scopes): Pick<Unit, "mentions"> {
  const found = new Set([...mentions].filter(isBuiltInName));
  for (const use of outer) if (!use.write) for (const name of namesBy(use, scopes)) found.add(name);
  for (const whole of ["*", "default"]) found.delete(whole);
  return found.size > 0 ? { mentions: [...found].sort() } : {};
}

const named = new WeakMap<Use, readonly string[]>();

/** What a use of a global, or of a binding from a module of Node, reads on its way along members: the same for all code around it. */
function namesBy(use: Use, scopes: Scopes): readonly string[] {
  const known = named.get(use);
  if (known) return known;
  const made = findNames(use, scopes);
  named.set(use, made);
  return made;
}

function findNames({ name, node, variable }: Use, scopes: Scopes): readonly string[] {
  const source = variable && sourceOf(variable, scopes);
  if (source ? !isBuiltin(source.from) : variable !== null) return [];
  const { path, outer } = memberPath(node, scopes.parents);
  const names = [source ? source.imported : name, ...path];
  if (!isLookedInto(outer, scopes.parents)) names.pop();
  return source ? names : pathsOf(names);
}

/** The paths to what is read on the way along members of a global: `Math.max`. */
function pathsOf([global = "", ...members]: readonly string[]): string[] {
  if (!pureGlobalNames.includes(global)) return [];
  if (members.length === 0) return isBuiltInName(global) ? [global] : [];
  const paths = members.map((_, n) => [global, ...members.slice(0, n + 1)].join("."));
  // Prototypes are watched as a whole.
  return paths.filter((path) => !path.endsWith(".prototype"));
}
