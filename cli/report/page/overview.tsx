import { time } from "../../../src/report/words.ts";
import { data, KINDS, type Kind, sum, total } from "./data.ts";
import { Treemap } from "./treemap.tsx";

const TEXTS: Readonly<Record<Kind, string>> = {
  answered: "answered by stored results",
  computed: "computed: new, too cheap to store, or nothing would help",
  refused: "not cached, and something would help",
};

export function Overview() {
  const all = sum(total);
  return (
    <>
      <h2>Where the time went</h2>
      <div class="bar" aria-hidden="true">
        {KINDS.map((kind) => (
          <div key={kind} class={`fill-${kind}`} style={{ width: `${(100 * total[kind]) / Math.max(all, 0.001)}%` }} />
        ))}
      </div>
      <ul class="legend">
        {KINDS.map((kind) => (
          <li key={kind}>
            <span class={`dot fill-${kind}`} />
            <strong>{time(total[kind])}</strong> {TEXTS[kind]}
          </li>
        ))}
      </ul>
      {all > 0 ? <Treemap /> : <p>No call of the last run took long enough to be measured.</p>}
      <Origin />
    </>
  );
}

/** Says where the figures come from, and so what they do not cover. */
function Origin() {
  const { profile } = data;
  if (profile === null) {
    return (
      <p class="soft">
        Measured are calls that dumbo answered or recorded in the last run. What other functions took is not known:{" "}
        <code>npx dumbo run --profile SCRIPT</code> measures all.
      </p>
    );
  }
  return (
    <p class="soft">
      Answered: what the hits of the last run took when they were recorded. The rest is from a profile
      {profile.isLast ? " of the last run" : ` of ${new Date(profile.at).toLocaleString()}`}: samples of{" "}
      {time(profile.ran)}, of which {time(profile.dumbo)} in dumbo. What the program does outside of these functions is
      not shown.
    </p>
  );
}
