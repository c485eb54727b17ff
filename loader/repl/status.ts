/** What `.dumbo` prints: how often functions were called so far, and why some are not cached. */
import type { Engine } from "../../src/call/engine.ts";
import type { LiveSite } from "../../src/call/site.ts";
import { plural, table, time } from "../../src/report/words.ts";

export function statusLines({ memoizer, tools }: Engine, refused: ReadonlyMap<string, string>): string[] {
  const asked = memoizer.sites.filter(({ stats }) => stats.calls > 0);
  if (asked.length + refused.size === 0) return ["No function that may be cached was called so far."];
  const rows = asked.map(({ site, stats }) => [
    site.name,
    plural(stats.calls, "call"),
    plural(stats.hits, "hit"),
    plural(stats.misses, "miss", "misses"),
    stats.saved > 0 ? `${time(stats.saved)} saved` : "",
  ]);
  const reasons = asked.flatMap((live) => {
    const why = whyNot(live, tools.describe);
    return why === null ? [] : [[live.site.name, why]];
  });
  const whys = [...reasons, ...refused];
  const told = whys.length > 0 ? ["Not cached:", ...table(whys)] : [];
  return [...table(rows, [1, 2, 3]), ...told].map((line) => line.trimEnd());
}

function whyNot({ state, stats, lastReason }: LiveSite, describe: Engine["tools"]["describe"]): string | null {
  switch (state.kind) {
    case "cheap":
      return "it is cheaper than a look-up";
    case "idle":
      return "its keys cost more than they may";
    case "refused":
      return describe(state.reasons.reason);
    case "paused":
      return "it was not in the last runs, and is not asked in this one";
    case "active":
      return lastReason !== null && stats.hits === 0 ? describe(lastReason) : null;
  }
}
