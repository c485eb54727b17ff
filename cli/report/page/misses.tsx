import { plural } from "../../../src/report/words.ts";
import type { ReportMisses } from "../report-data.ts";
import { data } from "./data.ts";
import { hrefTo } from "./route.ts";

export function Misses() {
  const { misses, unshownMisses } = data;
  return (
    <>
      <h2>Misses of the last run that were stored, and what had changed</h2>
      {misses.length === 0 && <p>None: nothing that the last run computed is new in the store.</p>}
      {misses.map((one) => (
        <article key={`${one.file} ${one.name}`}>
          <h3>
            <Name of={one} />
            <span class="soft place">
              {one.file}:{one.line}
            </span>
            <span class="figure">{plural(one.count, "miss", "misses")}</span>
          </h3>
          <MissGroups of={one} />
        </article>
      ))}
      {unshownMisses > 0 && <p class="soft">{unshownMisses} more functions have missed.</p>}
    </>
  );
}

function Name({ of: { file, name } }: { of: ReportMisses }) {
  const id = data.functions.findIndex((one) => one.file === file && one.name === name);
  return id < 0 ? <span>{name}</span> : <a href={hrefTo({ open: id })}>{name}</a>;
}

export function MissGroups({ of: { groups, compared } }: { of: ReportMisses }) {
  return (
    <>
      {groups.map(({ calls, nearest, causes }) => (
        <div key={JSON.stringify(causes)}>
          {causes.map(({ text, lines }) => (
            <div key={text}>
              <p>
                <strong>{text}</strong> {calls > 1 && `(${calls} calls)`}
              </p>
              {lines.length > 0 && <Lines lines={lines} />}
            </div>
          ))}
          {nearest !== null && (
            <p class="soft">
              against a call that was stored on {new Date(nearest).toLocaleString()}, the nearest of {compared}
            </p>
          )}
        </div>
      ))}
    </>
  );
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <pre>
      {lines.map((line, index) => (
        <span key={`${index} ${line}`} class={line.startsWith("-") ? "was" : line.startsWith("+") ? "is" : ""}>
          {line}
        </span>
      ))}
    </pre>
  );
}
