/** The data that the command has written into the page, and sums of it. */
import type { ReportData, Spent } from "../report-data.ts";

export const data = JSON.parse(document.getElementById("data")?.textContent ?? "{}") as ReportData;

export const KINDS = ["answered", "computed", "refused"] as const satisfies readonly (keyof Spent)[];
export type Kind = (typeof KINDS)[number];

/** All time of a function, with the time that hits saved. */
export function sum({ answered, computed, refused }: Spent): number {
  return answered + computed + refused;
}

/** The time that the run spent on a function. */
export function spentOn({ computed, refused }: Spent): number {
  return computed + refused;
}

export const total: Spent = {
  answered: data.functions.reduce((all, one) => all + one.answered, 0),
  computed: data.functions.reduce((all, one) => all + one.computed, 0),
  refused: data.functions.reduce((all, one) => all + one.refused, 0),
};

/** Functions that are not cached and could be, the most expensive first. */
export const wouldPay: readonly number[] = data.functions
  .map(({ refused }, id) => ({ refused, id }))
  .filter(({ refused }) => refused > 0)
  .sort((a, b) => b.refused - a.refused)
  .map(({ id }) => id);

/** For each function, those that reach it: an edit of it invalidates their entries. */
export const reachedBy = ((): ReadonlyMap<number, readonly number[]> => {
  const found = new Map<number, number[]>();
  data.functions.forEach(({ graph }, id) => {
    for (const { id: other } of graph?.reaches ?? []) {
      if (other !== null) found.set(other, [...(found.get(other) ?? []), id]);
    }
  });
  return found;
})();
