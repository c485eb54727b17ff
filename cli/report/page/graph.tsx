import type { ReportFunction } from "../report-data.ts";
import { data, reachedBy } from "./data.ts";
import { hrefTo } from "./route.ts";

interface Node {
  readonly text: string;
  /** The index of the function, if the report has it. */
  readonly id: number | null;
}

const ROW = 26;
const BOX = { width: 196, height: 20 };
const GAP = 22;
/** How many boxes of one kind are drawn. */
const MOST = 8;
const LETTERS = 27;

/** Shows on what the entries of a function depend, and which functions have entries that depend on it. */
export function Graph({ id, of: { name, graph } }: { id: number; of: ReportFunction }) {
  const outer = (reachedBy.get(id) ?? []).map((other) => ({ text: data.functions[other]?.name ?? "", id: other }));
  const left = drawn(outer, "functions");
  const right = [
    ...drawn(graph?.reaches ?? [], "functions"),
    ...drawn((graph?.values ?? []).map(variable), "variables"),
    ...drawn((graph?.reads ?? []).map(outside), "files and the like"),
  ];
  if (left.length + right.length === 0) return null;
  const rows = Math.max(left.length, right.length, 1);
  const columns = [left, right].filter(({ length }) => length > 0).length + 1;
  const own = left.length > 0 ? BOX.width + GAP : 0;
  const last = own + BOX.width + GAP;
  const size = { width: columns * BOX.width + (columns - 1) * GAP + 2, height: (rows + 1) * ROW };
  const middle = ROW + (rows * ROW) / 2;
  return (
    <>
      <h3>What it depends on</h3>
      <div class="drawing">
        <svg
          class="graph"
          viewBox={`-1 0 ${size.width} ${size.height}`}
          style={{ minWidth: size.width * 0.85, maxWidth: size.width * 1.1 }}
        >
          <title>What an edit of it invalidates, and what its results depend on</title>
          {left.length > 0 && (
            <text class="head" x={2} y={14}>
              an edit of it invalidates
            </text>
          )}
          {right.length > 0 && (
            <text class="head" x={last + 2} y={14}>
              its results depend on
            </text>
          )}
          <Column nodes={left} x={0} middle={middle} edge={(y) => curve(BOX.width, y, own, middle)} />
          <Column nodes={right} x={last} middle={middle} edge={(y) => curve(own + BOX.width, middle, last, y)} />
          <g class="own">
            <Box node={{ text: name, id: null }} x={own} y={middle} />
          </g>
        </svg>
      </div>
    </>
  );
}

function variable(text: string): Node {
  return { text: text.startsWith("`") ? `variable ${text}` : text, id: null };
}

function outside(text: string): Node {
  return { text, id: null };
}

/** The boxes of one kind, as many as there is room for. */
function drawn(nodes: readonly Node[], kind: string): Node[] {
  if (nodes.length <= MOST) return [...nodes];
  return [...nodes.slice(0, MOST - 1), { text: `and ${nodes.length - MOST + 1} more ${kind}`, id: null }];
}

function curve(x0: number, y0: number, x1: number, y1: number): string {
  const middle = (x0 + x1) / 2;
  return `M${x0},${y0} C${middle},${y0} ${middle},${y1} ${x1},${y1}`;
}

interface ColumnProps {
  readonly nodes: readonly Node[];
  readonly x: number;
  readonly middle: number;
  readonly edge: (y: number) => string;
}

function Column({ nodes, x, middle, edge }: ColumnProps) {
  const from = middle - ((nodes.length - 1) * ROW) / 2;
  return (
    <>
      {nodes.map((node, index) => (
        <g key={`${node.text} ${node.id}`}>
          <path d={edge(from + index * ROW)} />
          <Box node={node} x={x} y={from + index * ROW} />
        </g>
      ))}
    </>
  );
}

/** @param y the position of its middle */
function Box({ node: { text, id }, x, y }: { node: Node; x: number; y: number }) {
  const short = text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text;
  const box = (
    <>
      <title>{text}</title>
      <rect x={x} y={y - BOX.height / 2} {...BOX} rx={4} />
      <text x={x + 7} y={y + 4}>
        {short}
      </text>
    </>
  );
  return id === null ? <g>{box}</g> : <a href={hrefTo({ open: id })}>{box}</a>;
}
