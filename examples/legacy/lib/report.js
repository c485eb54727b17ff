"use strict";

class Table {
  constructor(...head) {
    this.rows = [head];
  }

  add(...cells) {
    this.rows.push(cells.map(String));
  }

  toString() {
    const widths = this.rows[0].map((_, column) => Math.max(...this.rows.map((row) => row[column].length)));
    const lines = this.rows.map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join("  "),
    );
    return lines.join("\n");
  }
}

function percent(part, whole) {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

/** A table of all files with a line of sums at the end. */
function formatReport(results) {
  const table = new Table("file", "lines", "before", "after", "saved");
  const total = { lines: 0, before: 0, after: 0 };
  for (const { name, lines, before, after } of results) {
    table.add(name, lines, before, after, percent(before - after, before));
    total.lines += lines;
    total.before += before;
    total.after += after;
  }
  table.add(
    `${results.length} files`,
    total.lines,
    total.before,
    total.after,
    percent(total.before - total.after, total.before),
  );
  return table.toString();
}

module.exports = { Table, formatReport, percent };
