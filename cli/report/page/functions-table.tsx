import { useMemo, useState } from "preact/hooks";
import { bytes, time } from "../../../src/report/words.ts";
import type { ReportFunction, ReportVerdict } from "../report-data.ts";
import { data, spentOn } from "./data.ts";
import { More } from "./more.tsx";
import { hrefTo, replace } from "./route.ts";
import { Tag } from "./tag.tsx";

interface Column {
  readonly id: string;
  readonly title: string;
  readonly of: (one: ReportFunction) => number | string;
  readonly shown?: (one: ReportFunction) => string;
  /** Left out where there is little room. */
  readonly isLess?: true;
}

const COLUMNS: readonly Column[] = [
  { id: "verdict", title: "Verdict", of: ({ word }) => word },
  { id: "name", title: "Function", of: ({ name }) => name },
  { id: "spent", title: "Took", of: spentOn, shown: (one) => ms(spentOn(one)) },
  { id: "saved", title: "Saved in all", of: ({ saved }) => saved, shown: ({ saved }) => ms(saved), isLess: true },
  { id: "calls", title: "Calls", of: ({ calls }) => calls, shown: ({ calls }) => count(calls) },
  { id: "hits", title: "Hits", of: ({ hits }) => hits, shown: ({ hits }) => count(hits), isLess: true },
  { id: "misses", title: "Misses", of: ({ misses }) => misses, shown: ({ misses }) => count(misses), isLess: true },
  { id: "stored", title: "Stored", of: ({ bytes: size }) => size, shown: (one) => size(one.bytes), isLess: true },
];
const STEP = 100;
const VERDICTS: readonly (readonly [ReportVerdict, string])[] = [
  ["cached", "cached"],
  ["refused", "not cached, as runs found"],
  ["unguarded", "not cached, as their code says"],
  ["cheap", "not worth it"],
  ["undecided", "undecided"],
  ["trivial", "too small"],
];

function ms(value: number): string {
  return value === 0 ? "" : value < 0 ? `-${time(-value)}` : time(value);
}

function count(value: number): string {
  return value === 0 ? "" : value.toLocaleString("en");
}

function size(value: number): string {
  return value === 0 ? "" : bytes(value);
}

export function FunctionsTable({ filter }: { filter: string }) {
  const [verdict, setVerdict] = useState<ReportVerdict | "">("");
  const [sort, setSort] = useState({ column: "", isUp: false });
  const [shown, setShown] = useState(STEP);
  const ids = useMemo(() => chosen(filter, verdict, sort), [filter, verdict, sort]);
  return (
    <>
      <h2>Functions</h2>
      <div class="tools">
        <input
          type="search"
          value={filter}
          placeholder="Name or file"
          aria-label="Only functions whose name or file contains"
          onInput={({ currentTarget }) => replace({ filter: currentTarget.value })}
        />
        <select
          value={verdict}
          aria-label="Only functions with the verdict"
          onChange={({ currentTarget }) => setVerdict(currentTarget.value as ReportVerdict | "")}
        >
          <option value="">all verdicts</option>
          {VERDICTS.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <span class="soft" role="status">
          {ids.length} of {data.functions.length}
        </span>
      </div>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <ColumnHead key={column.id} column={column} sort={sort} onSort={setSort} />
              ))}
            </tr>
          </thead>
          <tbody>
            {ids.slice(0, shown).map((id) => (
              <Row key={id} id={id} />
            ))}
          </tbody>
        </table>
      </div>
      <More shown={shown} all={ids.length} step={STEP} onMore={setShown} />
    </>
  );
}

interface Sort {
  readonly column: string;
  readonly isUp: boolean;
}

/** In the order of the report, what saved or cost most first, until a column is chosen. */
function chosen(filter: string, verdict: ReportVerdict | "", { column, isUp }: Sort): number[] {
  const sought = filter.toLowerCase();
  const ids = data.functions.flatMap((one, id) => {
    const isFound = `${one.file}:${one.line} ${one.name}`.toLowerCase().includes(sought);
    return isFound && (verdict === "" || one.verdict === verdict) ? [id] : [];
  });
  const by = COLUMNS.find(({ id }) => id === column);
  if (!by) return ids;
  const of = (id: number) => by.of(data.functions[id] as ReportFunction);
  const order = isUp ? 1 : -1;
  return ids.sort((a, b) => order * compared(of(a), of(b)));
}

function compared(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}

function isNumber({ shown }: Column): boolean {
  return shown !== undefined;
}

function classOf(column: Column): string {
  return `${isNumber(column) ? "number" : ""} ${column.isLess ? "less" : ""}`.trim();
}

function ColumnHead({ column, sort, onSort }: { column: Column; sort: Sort; onSort: (sort: Sort) => void }) {
  const isChosen = sort.column === column.id;
  // Figures are asked for from the largest on, names from the first on.
  const next = isChosen ? !sort.isUp : !isNumber(column);
  return (
    <th class={classOf(column)} aria-sort={isChosen ? (sort.isUp ? "ascending" : "descending") : "none"} scope="col">
      <button type="button" onClick={() => onSort({ column: column.id, isUp: next })}>
        {column.title} {isChosen ? (sort.isUp ? "▲" : "▼") : ""}
      </button>
    </th>
  );
}

function Row({ id }: { id: number }) {
  const one = data.functions[id] as ReportFunction;
  return (
    <tr>
      <td>
        <Tag of={one} />
      </td>
      <td class="place">
        <a href={hrefTo({ open: id })}>{one.name}</a>
        <div class="soft">
          {one.file}:{one.line}
        </div>
      </td>
      {COLUMNS.slice(2).map((column) => (
        <td key={column.id} class={classOf(column)}>
          {column.shown?.(one)}
        </td>
      ))}
    </tr>
  );
}
