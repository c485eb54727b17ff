import { data } from "./data.ts";
import { hrefTo } from "./route.ts";

const AROUND = 2;

/** Some lines around a place, if the file's text is in the report. */
export function CodeFrame({ file, line }: { file: string; line: number }) {
  const lines = data.sources[file]?.split(/\r?\n/);
  if (lines?.[line - 1] === undefined) return null;
  const from = Math.max(1, line - AROUND);
  return (
    <>
      <pre>
        {lines.slice(from - 1, line + AROUND).map((text, index) => (
          <span key={from + index} class={from + index === line ? "here" : ""}>
            {`${String(from + index).padStart(5)}  ${text.slice(0, 400)}`}
          </span>
        ))}
      </pre>
      <p>
        <a href={hrefTo({ tab: "source", file, line, open: null })}>
          {file}:{line}
        </a>
      </p>
    </>
  );
}
