import { useMemo, useRef, useState } from "preact/hooks";
import { time } from "../../../src/report/words.ts";
import { BLOCK_KINDS, type Block, countOf, joinShort } from "../../profile/blocks.ts";
import type { ReportTimeline } from "../report-data.ts";
import { data } from "./data.ts";
import { hrefTo, replace } from "./route.ts";

type Lane = ReportTimeline["lanes"][number];

/** The part of the run that is shown, in microseconds. */
interface Range {
  readonly from: number;
  readonly to: number;
}

const ROW = 20;
/** The least width in pixels of a block that is drawn on its own. */
const LEAST_WIDTH = 2;
/** The assumed width of a lane. Blocks that would be narrower than {@link LEAST_WIDTH} are joined. */
const WIDTH = 1200;
/** The shortest part that can be shown, in microseconds. */
const SHORTEST = 100;
/** If the pointer moves fewer pixels than this, it is a click. */
const DRAGGED = 6;
const LANES = 30;

export function TimelineTab({ from, to }: { from: number | null; to: number | null }) {
  const { timeline, profile } = data;
  return (
    <>
      <h2>Timeline</h2>
      {timeline === null ? (
        <p>
          No run was profiled. <code>npx dumbo run --profile SCRIPT</code> notes when each function ran.
        </p>
      ) : (
        <>
          {profile && !profile.isLast && (
            <p>Of the run that was profiled on {new Date(profile.at).toLocaleString()}; others have run since.</p>
          )}
          <Lanes of={timeline} range={bounded({ from: from ?? 0, to: to ?? timeline.took }, timeline.took)} />
        </>
      )}
    </>
  );
}

function Lanes({ of: timeline, range }: { of: ReportTimeline; range: Range }) {
  const { took, lanes } = timeline;
  const show = (next: Range) => {
    const { from, to } = bounded(next, took);
    replace(from === 0 && to === took ? { from: null, to: null } : { from, to });
  };
  const wide = range.to - range.from;
  const middle = (range.from + range.to) / 2;
  const zoom = (factor: number) => show({ from: middle - (wide * factor) / 2, to: middle + (wide * factor) / 2 });
  const move = (share: number) => show({ from: range.from + wide * share, to: range.to + wide * share });
  const isWhole = wide >= took;
  const steps: Readonly<Record<string, () => void>> = {
    "+": () => zoom(0.5),
    "-": () => zoom(2),
    ArrowLeft: () => move(-0.25),
    ArrowRight: () => move(0.25),
    "0": () => show({ from: 0, to: took }),
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons do the same; keys save the way to them.
    <div
      onKeyDown={(event) => {
        const step = steps[event.key];
        if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        step();
      }}
    >
      <Legend />
      <div class="tools">
        <button type="button" class="button" onClick={() => zoom(0.5)} disabled={wide <= SHORTEST}>
          Zoom in
        </button>
        <button type="button" class="button" onClick={() => zoom(2)} disabled={isWhole}>
          Zoom out
        </button>
        <button type="button" class="button" onClick={() => move(-0.5)} disabled={range.from <= 0}>
          Earlier
        </button>
        <button type="button" class="button" onClick={() => move(0.5)} disabled={range.to >= took}>
          Later
        </button>
        <button type="button" class="button" onClick={() => show({ from: 0, to: took })} disabled={isWhole}>
          Whole run
        </button>
        <span class="soft" role="status">
          {range.from === 0 ? "0" : time(range.from / 1000)} to {time(range.to / 1000)} of {time(took / 1000)}
        </span>
      </div>
      <Axis range={range} />
      {lanes.slice(0, LANES).map((lane) => (
        <LaneView key={lane.name} lane={lane} of={timeline} range={range} onChoose={show} />
      ))}
      {lanes.length > LANES && <p class="soft">{lanes.length - LANES} more threads are not shown.</p>}
      <Notes of={timeline} />
    </div>
  );
}

function Legend() {
  return (
    <ul class="legend">
      <li>
        <span class="dot fill-answered" />
        answered: dumbo looked calls up, and no body ran
      </li>
      <li>
        <span class="dot fill-computed" />
        its body ran
      </li>
      <li>
        <span class="dot fill-refused" />
        its body ran, it is not cached, and something would help
      </li>
      <li>
        <span class="dot fill-dumbo" />
        dumbo worked: start, keys, records
      </li>
    </ul>
  );
}

function Notes({ of: { interval, least, lanes } }: { of: ReportTimeline }) {
  const isEmpty = lanes.every(({ blocks }) => blocks.length === 0);
  return (
    <p class="soft">
      {isEmpty && "No sample found a function of the program on the stack. "}
      From samples of each thread, one every {time(interval / 1000)}: shorter calls may be missing, and calls of one
      function that follow one another are one block.
      {least > 0 && ` Of this many blocks, those of less than ${time(least / 1000)} are put together. `} Where nothing
      stands, the thread waits, or runs what is no function of the program. Drag over a part to see it larger; keys: + -
      0 and the arrows.
    </p>
  );
}

interface LaneProps {
  readonly lane: Lane;
  readonly of: ReportTimeline;
  readonly range: Range;
  readonly onChoose: (range: Range) => void;
}

/** One thread. Outer functions are above, and the functions that they call below. */
function LaneView({ lane: { name, blocks }, of: timeline, range, onChoose }: LaneProps) {
  const rows = useMemo(() => 1 + Math.max(0, ...depths(blocks)), [blocks]);
  const shown = useMemo(() => visible(blocks, range), [blocks, range.from, range.to]);
  const drag = useDrag(range, onChoose);
  return (
    <>
      <h3 class="lane-name">{name}</h3>
      <div class="lane" style={{ height: rows * ROW }} {...drag.handlers}>
        {shown.map((block) => (
          <BlockView key={block.join(" ")} block={block} of={timeline} range={range} />
        ))}
        {drag.chosen && <div class="chosen" style={placeOf(drag.chosen, range)} />}
      </div>
    </>
  );
}

function depths(blocks: readonly Block[]): Set<number> {
  return new Set(blocks.map(([, , depth]) => depth));
}

function visible(blocks: readonly Block[], { from, to }: Range): Block[] {
  const within = blocks.filter(([start, took]) => start < to && start + took > from);
  return joinShort(within, ((to - from) * LEAST_WIDTH) / WIDTH);
}

function BlockView({ block, of: timeline, range }: { block: Block; of: ReportTimeline; range: Range }) {
  const [from, took, depth, what] = block;
  const kind = BLOCK_KINDS[block[4]] ?? "ran";
  const one = timeline.functions[what];
  const fill = kind === "ran" ? (isRefused(one?.id ?? null) ? "refused" : "computed") : kind;
  const name = one?.text ?? (kind === "dumbo" && what === -1 ? "dumbo" : `${countOf(block)} short blocks`);
  const text = `${name}: ${time(took / 1000)} at ${time(from / 1000)}`;
  const shared = {
    class: `block fill-${fill}${what < -1 ? " joined" : ""}`,
    style: { ...placeOf({ from, to: from + took }, range), top: depth * ROW },
    title: text,
  };
  const label = <span class="leaf-text block-text">{name}</span>;
  const id = one?.id ?? null;
  if (id === null) return <span {...shared}>{label}</span>;
  return (
    <a {...shared} href={hrefTo({ open: id })} draggable={false} aria-label={text}>
      {label}
    </a>
  );
}

function isRefused(id: number | null): boolean {
  return id !== null && (data.functions[id]?.refused ?? 0) > 0;
}

/** The position and width of the part of a block that is in the range, as shares of the lane's width. */
function placeOf(part: Range, range: Range): { left: string; width: string } {
  const wide = range.to - range.from;
  const from = Math.max(part.from, range.from);
  const to = Math.min(part.to, range.to);
  return { left: `${(100 * (from - range.from)) / wide}%`, width: `${(100 * Math.max(0, to - from)) / wide}%` };
}

function Axis({ range: { from, to } }: { range: Range }) {
  const step = niceStep((to - from) / 5);
  const first = Math.ceil(from / step) * step;
  const marks = Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, index) => first + index * step);
  return (
    <div class="axis" aria-hidden="true">
      {marks.map((at) => (
        <span key={at} class="axis-mark" style={{ left: `${(100 * (at - from)) / (to - from)}%` }}>
          {axisText(at, step)}
        </span>
      ))}
    </div>
  );
}

/** A round number: 1, 2 or 5 times a power of ten. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? 10 * power;
}

function axisText(at: number, step: number): string {
  if (step >= 1_000_000) return `${at / 1_000_000} s`;
  return `${(at / 1000).toFixed(step >= 1000 ? 0 : 1)} ms`;
}

function bounded({ from, to }: Range, took: number): Range {
  const wide = Math.min(took, Math.max(SHORTEST, to - from));
  const start = Math.max(0, Math.min(from, took - wide));
  return { from: Math.round(start), to: Math.round(start + wide) };
}

/** Lets the user choose a range by dragging the pointer over a lane. The click at the end of that opens nothing. */
function useDrag(range: Range, onChoose: (range: Range) => void) {
  const [chosen, setChosen] = useState<Range | null>(null);
  const start = useRef<{ readonly x: number; readonly at: number } | null>(null);
  const wasDragged = useRef(false);
  const timeAt = ({ currentTarget, clientX }: { currentTarget: HTMLElement; clientX: number }) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (clientX - left) / Math.max(1, width)));
    return range.from + share * (range.to - range.from);
  };
  const handlers = {
    onPointerDown: (event: PointerEvent & { currentTarget: HTMLElement }) => {
      wasDragged.current = false;
      if (event.button === 0) start.current = { x: event.clientX, at: timeAt(event) };
    },
    onPointerMove: (event: PointerEvent & { currentTarget: HTMLElement }) => {
      const { current } = start;
      if (!current || (!wasDragged.current && Math.abs(event.clientX - current.x) < DRAGGED)) return;
      // From here on, the lane gets all events of the pointer, outside of the lane too.
      if (!wasDragged.current) event.currentTarget.setPointerCapture(event.pointerId);
      wasDragged.current = true;
      const at = timeAt(event);
      setChosen({ from: Math.min(at, current.at), to: Math.max(at, current.at) });
    },
    onPointerUp: () => {
      if (start.current && chosen) onChoose(chosen);
      start.current = null;
      setChosen(null);
    },
    onPointerCancel: () => {
      start.current = null;
      setChosen(null);
    },
    onClickCapture: (event: MouseEvent) => {
      // For a click by the keyboard, `detail` is 0.
      if (wasDragged.current && event.detail > 0) event.preventDefault();
    },
  };
  return { handlers, chosen };
}
