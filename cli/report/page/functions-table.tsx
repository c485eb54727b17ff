import { useMemo, useState } from "preact/hooks";
import { bytes, time } from "../../../src/report/words.ts";
import type { ReportFunction, ReportVerdict } from "../report-data.ts";
import { data, spentOn } from "./data.ts";
import { hrefTo, replace } from "./route.ts";
import { type Column, Table } from "./table.tsx";
import { Tag } from "./tag.tsx";

/** A function, and its index in the report. */
interface Row {
  readonly id: number;
  readonly one: ReportFunction;
}

const ROWS: readonly Row[] = data.functions.map((one, id) => ({ id, one }));

const COLUMNS: readonly Column<Row>[] = [
  { title: "Verdict", of: ({ one }) => one.word, cell: ({ one }) => <Tag of={one} /> },
  { title: "Function", of: ({ one }) => one.name, cell: (row) => <Name of={row} />, class: "place" },
  { title: "Took", of: ({ one }) => spentOn(one), cell: ({ one }) => ms(spentOn(one)) },
  { title: "Saved in all", of: ({ one }) => one.saved, cell: ({ one }) => ms(one.saved), isLess: true },
  { title: "Calls", of: ({ one }) => one.calls, cell: ({ one }) => count(one.calls) },
  { title: "Hits", of: ({ one }) => one.hits, cell: ({ one }) => count(one.hits), isLess: true },
  { title: "Misses", of: ({ one }) => one.misses, cell: ({ one }) => count(one.misses), isLess: true },
  { title: "Stored", of: ({ one }) => one.bytes, cell: ({ one }) => size(one.bytes), isLess: true },
];
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

function Name({ of: { id, one } }: { of: Row }) {
  return (
    <>
      <a href={hrefTo({ open: id })}>{one.name}</a>
      <div class="soft">
        {one.file}:{one.line}
      </div>
    </>
  );
}

export function FunctionsTable({ filter }: { filter: string }) {
  const [verdict, setVerdict] = useState<ReportVerdict | "">("");
  const rows = useMemo(() => chosen(filter, verdict), [filter, verdict]);
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
          {rows.length} of {data.functions.length}
        </span>
      </div>
      <Table columns={COLUMNS} rows={rows} keyOf={({ id }) => id} />
    </>
  );
}

/** All functions in the order of the report: those that saved or cost most come first. */
function chosen(filter: string, verdict: ReportVerdict | ""): readonly Row[] {
  const sought = filter.toLowerCase();
  return ROWS.filter(({ one }) => {
    const isFound = `${one.file}:${one.line} ${one.name}`.toLowerCase().includes(sought);
    return isFound && (verdict === "" || one.verdict === verdict);
  });
}
