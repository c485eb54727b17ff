import { useLayoutEffect, useRef } from "preact/hooks";
import { bytes, plural, time } from "../../../src/report/words.ts";
import { data } from "./data.ts";
import { Graph } from "./graph.tsx";
import { MissGroups } from "./misses.tsx";
import { Reason } from "./reason.tsx";
import { go, hrefTo } from "./route.ts";
import { Tag } from "./tag.tsx";

/** The panel beside the page that shows everything about one function. */
export function FunctionPanel({ id }: { id: number }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const { current } = dialog;
    if (!current?.open) current?.showModal();
    current?.scrollTo(0, 0);
  }, [id]);
  const one = data.functions[id];
  const close = () => go({ open: null });
  if (!one) return null;
  const missed = data.misses.find(({ file, name }) => file === one.file && name === one.name);
  return (
    <dialog ref={dialog} onClose={close} aria-label={one.name}>
      <button type="button" class="button close" onClick={close}>
        Close
      </button>
      <h2>{one.name}</h2>
      <p>
        <Tag of={one} />{" "}
        <a href={hrefTo({ tab: "source", file: one.file, line: one.line, open: null })} class="place">
          {one.file}:{one.line}
        </a>
      </p>
      <p>
        {[
          one.answered > 0 && `answered ${time(one.answered)}`,
          one.computed > 0 && `computed ${time(one.computed)}`,
          one.refused > 0 && `took ${time(one.refused)} that could be won`,
        ]
          .filter(Boolean)
          .join(", ")}
      </p>
      <Reason of={one} />
      {one.figures.length > 0 && <h3>Since its code changed</h3>}
      {one.figures.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {one.entries > 0 && (
        <p>
          The store has {plural(one.entries, "entry", "entries")} of it, {bytes(one.bytes)}.
        </p>
      )}
      {missed && (
        <>
          <h3>{plural(missed.count, "miss", "misses")} in the last run</h3>
          <MissGroups of={missed} />
        </>
      )}
      <Graph id={id} of={one} />
    </dialog>
  );
}
