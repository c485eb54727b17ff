import type { Segmentation } from "./segments.ts";
import type { Distribution, GroupRow, Summary } from "./summary.ts";

/** Columns of text, the first to the left, the others to the right. */
export function formatTable(head: string[], rows: string[][]): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

export function formatReport(summary: Summary, segmentation: Segmentation): string {
  const { names, matrix } = summary.correlations;
  return [
    formatGroups("city", summary.byCity),
    formatGroups("category", summary.byCategory),
    formatGroups("month", summary.byMonth),
    formatGroups("weekday", summary.byWeekday),
    formatDistributions(summary.distributions),
    formatTable(
      ["correlation", ...names],
      matrix.map((row, index) => [names[index] ?? "", ...row.map((value) => value.toFixed(3))]),
    ),
    formatTable(
      ["clusters", "inertia", "iterations"],
      segmentation.tried.map(({ k, inertia, iterations }) => [String(k), inertia.toFixed(0), String(iterations)]),
    ),
    formatTable(
      ["segment", "orders", "share", "x", "y", "age", "price"],
      segmentation.segments.map((segment, index) => [
        String(index + 1),
        String(segment.orders),
        `${(segment.share * 100).toFixed(1)} %`,
        segment.x.toFixed(1),
        segment.y.toFixed(1),
        segment.age.toFixed(1),
        segment.price.toFixed(2),
      ]),
    ),
  ].join("\n\n");
}

function formatGroups(title: string, groups: GroupRow[]): string {
  return formatTable(
    [title, "orders", "revenue", "mean", "deviation"],
    groups.map((group) => [
      group.name,
      String(group.orders),
      group.revenue.toFixed(2),
      group.meanOrder.toFixed(2),
      group.deviation.toFixed(2),
    ]),
  );
}

function formatDistributions(distributions: Distribution[]): string {
  const percentiles = distributions[0]?.percentiles ?? [];
  return formatTable(
    ["column", "mean", "95 % range", ...percentiles.map(([share]) => `p${share * 100}`), "histogram"],
    distributions.map((distribution) => [
      distribution.name,
      distribution.mean.toFixed(2),
      distribution.meanRange.map((mean) => mean.toFixed(2)).join(" - "),
      ...distribution.percentiles.map(([, value]) => value.toFixed(2)),
      sparkline(distribution.histogram),
    ]),
  );
}

function sparkline(bins: number[]): string {
  const levels = " .:-=+*#%@";
  const top = Math.max(...bins);
  return bins.map((count) => levels[Math.ceil((count / top) * (levels.length - 1))]).join("");
}
