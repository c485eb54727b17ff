import { useEffect, useMemo, useRef } from "preact/hooks";
import { time } from "../../../src/report/words.ts";
import { data, spentOn } from "./data.ts";
import { hrefTo } from "./route.ts";

/** The files whose text is in the report, in the order of the functions: the most important first. */
const FILES = Object.keys(data.sources);

export function Source({ file, line }: { file: string | null; line: number | null }) {
  const shown = file !== null && data.sources[file] !== undefined ? file : (FILES[0] ?? null);
  const spent = useMemo(() => {
    const found = new Map<string, number>();
    for (const one of data.functions) found.set(one.file, (found.get(one.file) ?? 0) + spentOn(one));
    return found;
  }, []);
  return (
    <>
      <h2>Source</h2>
      {file !== null && shown !== file && <p>The text of {file} is not in the report.</p>}
      <div class="columns">
        <div>
          <ul class="files">
            {FILES.map((name) => (
              <li key={name}>
                <a
                  href={hrefTo({ file: name, line: null })}
                  {...(name === shown && { "aria-current": "true" as const })}
                >
                  <span>{name}</span>
                  <span class="soft number">{spent.get(name) ? time(spent.get(name) as number) : ""}</span>
                </a>
              </li>
            ))}
          </ul>
          {data.unshownSources > 0 && <p class="soft">{data.unshownSources} more files had no room in the report.</p>}
        </div>
        {shown !== null && <Text key={shown} file={shown} line={file === shown ? line : null} />}
      </div>
    </>
  );
}

function Text({ file, line }: { file: string; line: number | null }) {
  const here = useRef<HTMLSpanElement>(null);
  useEffect(() => here.current?.scrollIntoView({ block: "center" }), [line]);
  const byLine = useMemo(() => {
    const found = new Map<number, number>();
    data.functions.forEach((one, id) => {
      if (one.file === file && (!found.has(one.line) || one.verdict === "cached")) found.set(one.line, id);
    });
    return found;
  }, [file]);
  const lines = (data.sources[file] ?? "").split(/\r?\n/);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <pre class="source" tabIndex={0}>
      {lines.map((text, index) => {
        const id = byLine.get(index + 1);
        const isHere = index + 1 === line;
        return (
          <span key={index} class={isHere ? "here" : ""} ref={isHere ? here : null}>
            {id === undefined ? <span /> : <Verdict id={id} />}
            <span class="nr">{index + 1}</span>
            <span>{text.slice(0, 1000) || " "}</span>
          </span>
        );
      })}
    </pre>
  );
}

function Verdict({ id }: { id: number }) {
  const one = data.functions[id];
  if (!one) return null;
  return (
    <a class={`tag tag-${one.verdict}`} href={hrefTo({ open: id })} title={`${one.name}: ${one.why ?? one.word}`}>
      {one.word}
    </a>
  );
}
