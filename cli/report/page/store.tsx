import { useState } from "preact/hooks";
import { age, bytes, plural, time } from "../../../src/report/words.ts";
import { data } from "./data.ts";
import { More } from "./more.tsx";
import { hrefTo } from "./route.ts";

const STEP = 100;

export function Store() {
  const { store } = data;
  const [days, setDays] = useState(store.gcAge);
  const [count, setCount] = useState(STEP);
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
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Function</th>
              <th scope="col" class="number">
                Entries
              </th>
              <th scope="col" class="number">
                Size
              </th>
              <th scope="col" class="number less">
                To compute all
              </th>
              <th scope="col" class="number less">
                Oldest
              </th>
              <th scope="col" class="number">
                Used
              </th>
            </tr>
          </thead>
          <tbody>
            {store.functions.slice(0, count).map((one) => (
              <tr key={one.label}>
                <td class="place">
                  {one.id === null ? one.label : <a href={hrefTo({ open: one.id })}>{one.label}</a>}
                </td>
                <td class="number">{one.entries}</td>
                <td class="number">{bytes(one.bytes)}</td>
                <td class="number less">{time(one.cost)}</td>
                <td class="number less">{ago(one.created)}</td>
                <td class="number">{ago(one.used)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More shown={count} all={store.functions.length} step={STEP} onMore={setCount} />
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
