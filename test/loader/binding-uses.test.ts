/** How often the analysis looks at all uses of a binding: it must not be once for each use, for some bindings have ten thousand. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { analyse } from "../../loader/analyse/analyse.ts";
import { parse } from "../../loader/parse/parse.ts";
import { analyseScopes } from "../../loader/parse/scopes.ts";

/** How often the uses of each binding of a module were asked for. */
function looks(source: string): Record<string, number> {
  const program = parse(source, "commonjs");
  const scopes = analyseScopes(program, "commonjs");
  const counts: Record<string, number> = {};
  const of: typeof scopes.of = (variable) => {
    counts[variable.name] = (counts[variable.name] ?? 0) + 1;
    return scopes.of(variable);
  };
  analyse(
    program,
    source,
    { ...scopes, of },
    { scope: "package", assumed: [], assumedBuiltins: [], leavesSlight: false },
  );
  return counts;
}

test("uses of a binding are looked at as often for many as for few of them", () => {
  const source = (count: number) => {
    const uses = "state = {}; state.a = read(2) + table[1]; ".repeat(count);
    return `var state; const read = (n) => n + state.a; const table = make(); exports.f = function f() { ${uses} };`;
  };
  const few = looks(source(3));
  assert.ok((few.state ?? 0) > 0 && (few.table ?? 0) > 0, "the bindings were looked at");
  assert.deepEqual(looks(source(300)), few);
});
