import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { More } from "./more.tsx";

export interface Column<Row> {
  readonly title: string;
  /** The value by which rows are sorted. Columns of numbers are aligned to the right. */
  readonly of: (row: Row) => number | string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly class?: string;
  /** Whether the column is left out in a narrow window. */
  readonly isLess?: true;
}

interface Props<Row> {
  readonly columns: readonly Column<Row>[];
  /** In the order in which they are shown until the user chooses a column. */
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
}

interface Sort<Row> {
  readonly column: Column<Row> | null;
  readonly isUp: boolean;
}

const STEP = 100;

/** A table that the user can sort by any column. It shows a part of its rows, and more on request. */
export function Table<Row>({ columns, rows, keyOf }: Props<Row>) {
  const [sort, setSort] = useState<Sort<Row>>({ column: null, isUp: false });
  const [shown, setShown] = useState(STEP);
  const sorted = useMemo(() => inOrder(rows, sort), [rows, sort]);
  const [first] = rows;
  const classes = columns.map((column) => classOf(column, first));
  return (
    <>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              {columns.map((column, at) => (
                <Head
                  key={column.title}
                  column={column}
                  class={classes[at]}
                  sort={sort}
                  first={first}
                  onSort={setSort}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, shown).map((row) => (
              <tr key={keyOf(row)}>
                {columns.map((column, at) => (
                  <td key={column.title} class={classes[at]}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More shown={shown} all={rows.length} step={STEP} onMore={setShown} />
    </>
  );
}

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly class: string | undefined;
  readonly sort: Sort<Row>;
  readonly first: Row | undefined;
  readonly onSort: (sort: Sort<Row>) => void;
}

function Head<Row>({ column, class: name, sort, first, onSort }: HeadProps<Row>) {
  const isChosen = sort.column === column;
  // Figures are sorted from the largest on at first, names from the first on.
  const next = isChosen ? !sort.isUp : !hasNumbers(column, first);
  return (
    <th class={name} aria-sort={isChosen ? (sort.isUp ? "ascending" : "descending") : "none"} scope="col">
      <button type="button" onClick={() => onSort({ column, isUp: next })}>
        {column.title} {isChosen ? (sort.isUp ? "▲" : "▼") : ""}
      </button>
    </th>
  );
}

function hasNumbers<Row>({ of }: Column<Row>, first: Row | undefined): boolean {
  return first !== undefined && typeof of(first) === "number";
}

function classOf<Row>(column: Column<Row>, first: Row | undefined): string {
  const names = [column.class, hasNumbers(column, first) && "number", column.isLess && "less"];
  return names.filter(Boolean).join(" ");
}

function inOrder<Row>(rows: readonly Row[], { column, isUp }: Sort<Row>): readonly Row[] {
  if (column === null) return rows;
  const order = isUp ? 1 : -1;
  return [...rows].sort((a, b) => order * compared(column.of(a), column.of(b)));
}

function compared(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}
