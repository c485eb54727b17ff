/** What the functions of a unit may read after an `await`, as cells: others may have changed it by then. */
import { isBuiltin } from "node:module";
import type { Variable } from "eslint-scope";
import { lateReads } from "../../audit/scan/after-await.ts";
import type { Node, Scopes } from "../../audit/scan/syntax.ts";
import type { LateRead, LateReads } from "../../src/code/manifest.ts";
import { sourceOf } from "./binding-source.ts";
import type { Cells } from "./bindings.ts";

export class AfterAwait {
  readonly #scopes: Scopes;
  readonly #cells: Cells;
  /** Functions that wait, with their places in their units' lists. */
  readonly #places = new Map<Node, number>();

  constructor(scopes: Scopes, cells: Cells) {
    this.#scopes = scopes;
    this.#cells = cells;
  }

  /** What the functions of a unit may read after they have waited. */
  readsOf(node: Node): { late?: LateReads[] } {
    const isClass = /^Class/.test(node.type);
    const elements = isClass ? ((node.body as Node).body as Node[]) : [];
    const roots = isClass ? elements.map((element) => (element.value ?? element) as Node) : [node];
    const isPackaged = (variable: Variable) => {
      const from = sourceOf(variable, this.#scopes)?.from;
      return from !== undefined && !/^[./]|^file:|^#/.test(from) && !isBuiltin(from);
    };
    const late: LateReads[] = [];
    for (const root of roots) {
      const found = lateReads(root, this.#scopes, isPackaged);
      if (!found) continue;
      this.#places.set(root, late.length);
      const own = new Set(this.#scopes.own(root));
      const reads = (list: typeof found.reads): LateRead[] => {
        // Many uses read the same.
        const distinct = new Map<string, LateRead>();
        for (const { uses, of, given, self } of list) {
          // What reads a binding to assign to it anew runs into its probe, which refuses calls that wait.
          const pure = uses.filter(({ write }) => !write);
          const { refs, captured } = this.#cells.references(pure, own);
          // A class reads itself by its inner name. All that an inner function has captured counts as read after the `await`.
          const read = { of, given, self: self || (isClass && captured.size > 0), refs };
          if (given.length > 0 || read.self || refs.length > 0) distinct.set(JSON.stringify(read), read);
        }
        return [...distinct.values()];
      };
      const { refs } = this.#cells.references(found.packages);
      late.push({
        reads: reads(found.reads),
        vouched: reads(found.vouched),
        packages: refs,
        ...(found.onlySteps && { onlySteps: true }),
      });
    }
    return late.length > 0 ? { late } : {};
  }

  /** A function's place in its unit's list, if it waits. */
  placeOf(node: Node): { late?: number } {
    const late = this.#places.get(node);
    return late === undefined ? {} : { late };
  }
}
