import { useState } from "preact/hooks";
import { age, bytes, plural, time } from "../../../src/report/words.ts";
import type { ReportStored } from "../report-data.ts";
import { data } from "./data.ts";
import { hrefTo } from "./route.ts";
import { type Column, Table } from "./table.tsx";

const COLUMNS: readonly Column<ReportStored>[] = [
  { title: "Function", of: ({ label }) => label, cell: nameOf, class: "place" },
  { title: "Entries", of: ({ entries }) => entries, cell: ({ entries }) => entries },
  { title: "Size", of: (one) => one.bytes, cell: (one) => bytes(one.bytes) },
  { title: "To compute all", of: ({ cost }) => cost, cell: ({ cost }) => time(cost), isLess: true },
  { title: "Oldest", of: ({ created }) => created, cell: ({ created }) => ago(created), isLess: true },
  { title: "Used", of: ({ used }) => used, cell: ({ used }) => ago(used) },
];

function nameOf({ id, label }: ReportStored) {
  return id === null ? label : <a href={hrefTo({ open: id })}>{label}</a>;
}

export function Store() {
  const { store } = data;
  const [days, setDays] = useState(store.gcAge);
  const old = store.ages.filter((one) => one.days >= days);
  const dropped = old.reduce((sum, { entries }) => sum + entries, 0);
  const freed = old.reduce((sum, one) => sum + one.bytes, 0);
  return (
    <>
      <h2>Store</h2>
      <p>
        {bytes(store.bytes)} of {bytes(store.limit)}; transforms and the like {bytes(store.others)}.
      </p>
      <div class="tools">
        <label>
          <code>npx dumbo gc --age</code>{" "}
          <input
            type="number"
            min={0}
            value={days}
            style={{ width: 80 }}
            onInput={({ currentTarget }) => setDays(Math.max(0, currentTarget.valueAsNumber || 0))}
          />
        </label>
        <span role="status">
          would drop {plural(dropped, "record")}, {bytes(freed)}, that nobody used for {plural(days, "day")}.
        </span>
      </div>
      <Table columns={COLUMNS} rows={store.functions} keyOf={({ label }) => label} />
      <p class="soft">
        The day of a look-up counts as a whole. Sizes are those of records, without the store's own pages.
      </p>
    </>
  );
}

function ago(at: number): string {
  const text = age(Math.max(0, data.made - at));
  return text === "now" ? "just now" : `${text} ago`;
}
