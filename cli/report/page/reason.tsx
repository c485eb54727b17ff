import type { ReportFunction } from "../report-data.ts";
import { CodeFrame } from "./code-frame.tsx";

/** Shows why a function is not cached, at which place, and what would help. */
export function Reason({ of: one }: { of: ReportFunction }) {
  return (
    <>
      {one.why !== null && <p>{one.why}</p>}
      {one.at && <CodeFrame file={one.at.file} line={one.at.line} />}
      {one.others.map((other) => (
        <p key={other} class="soft">
          and {other}
        </p>
      ))}
      {one.advice !== null && <p class="remedy">{one.advice}</p>}
      {one.entry !== null && (
        <p>
          assumePure.json: <code class="entry">{JSON.stringify(one.entry)}</code>
        </p>
      )}
      {one.assumed !== null && <p class="soft">assumePure.json has an entry for it: {one.assumed}</p>}
    </>
  );
}
