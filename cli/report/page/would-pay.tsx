import { useState } from "preact/hooks";
import { time } from "../../../src/report/words.ts";
import { data, wouldPay } from "./data.ts";
import { More } from "./more.tsx";
import { Reason } from "./reason.tsx";
import { hrefTo } from "./route.ts";

const STEP = 30;

export function WouldPay() {
  const [count, setCount] = useState(STEP);
  return (
    <>
      <h2>Functions that are not cached and could be, by what they took</h2>
      {wouldPay.length === 0 && <p>{nothing()}</p>}
      {wouldPay.slice(0, count).map((id) => (
        <Item key={id} id={id} />
      ))}
      <More shown={count} all={wouldPay.length} step={STEP} onMore={setCount} />
    </>
  );
}

function nothing(): string {
  return data.profile
    ? "Nothing: no function that something would help took time that was measured."
    : "Nothing that is known. dumbo run --profile SCRIPT measures all functions.";
}

function Item({ id }: { id: number }) {
  const one = data.functions[id];
  if (!one) return null;
  return (
    <article>
      <h3>
        <a href={hrefTo({ open: id })}>{one.name}</a>
        <span class="soft place">
          {one.file}:{one.line}
        </span>
        <span class="figure">{time(one.refused)}</span>
      </h3>
      <Reason of={one} />
    </article>
  );
}
