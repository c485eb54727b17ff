import { type HierarchyRectangularNode, hierarchy, treemap } from "d3-hierarchy";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { time } from "../../../src/report/words.ts";
import { data, KINDS, type Kind, sum, total } from "./data.ts";
import { hrefTo } from "./route.ts";

/** A node of the map: a function, or the small rest of a module; a module; or the whole. */
interface Block {
  readonly name: string;
  readonly ms: number;
  readonly kind: Kind | null;
  readonly id: number | null;
  readonly children?: readonly Block[];
}

/** Functions and modules with a smaller share of the whole are joined. */
const LEAST = { leaf: 0.002, module: 0.004 };
const HEIGHT = 460;
const HEAD = 18;

export function Treemap() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const { current } = box;
    if (!current) return;
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  const root = useMemo(() => blocks(), []);
  const laid = useMemo(() => (width > 0 ? layOut(root, width) : null), [root, width]);
  return (
    <div class="map" ref={box} style={{ height: HEIGHT }}>
      {laid?.children?.map((module) => (
        <Module key={module.data.name} node={module} />
      ))}
    </div>
  );
}

function layOut(root: Block, width: number): HierarchyRectangularNode<Block> {
  const summed = hierarchy(root, ({ children }) => (children ? [...children] : null))
    .sum(({ ms, children }) => (children ? 0 : ms))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  return treemap<Block>()
    .size([width, HEIGHT])
    .paddingInner(1)
    .paddingTop((node) => (node.depth === 1 && hasHead(node) ? HEAD : 0))
    .round(true)(summed);
}

/** A module that is too flat gets no line with its name, because its blocks would not fit below that. */
function hasHead({ x0, x1, y0, y1 }: HierarchyRectangularNode<Block>): boolean {
  return x1 - x0 > 40 && y1 - y0 > 2 * HEAD;
}

function placed({ x0, y0, x1, y1 }: HierarchyRectangularNode<Block>, height = y1 - y0) {
  return { left: x0, top: y0, width: Math.max(0, x1 - x0), height: Math.max(0, height) };
}

function Module({ node }: { node: HierarchyRectangularNode<Block> }) {
  const { name } = node.data;
  return (
    <>
      {hasHead(node) && (
        <a
          class="module"
          style={placed(node, HEAD)}
          href={hrefTo({ tab: "functions", filter: name, open: null })}
          title={`${name}: ${time(node.value ?? 0)}`}
        >
          <bdi>{name}</bdi>
        </a>
      )}
      {node.children?.map((leaf) => (
        <Leaf key={`${leaf.data.name} ${leaf.data.kind} ${leaf.data.id}`} node={leaf} module={name} />
      ))}
    </>
  );
}

function Leaf({ node, module }: { node: HierarchyRectangularNode<Block>; module: string }) {
  const { name, kind, id, ms } = node.data;
  const href = id === null ? hrefTo({ tab: "functions", filter: module, open: null }) : hrefTo({ open: id });
  const [width, height] = [node.x1 - node.x0, node.y1 - node.y0];
  const text = `${name}, ${kind}: ${time(ms)}`;
  return (
    <a class={`leaf fill-${kind}`} style={placed(node)} href={href} title={text} aria-label={text}>
      {width > 44 && height > 17 && <span class="leaf-text">{name}</span>}
      {width > 44 && height > 36 && <span class="leaf-text">{time(ms)}</span>}
    </a>
  );
}

function blocks(): Block {
  const all = sum(total);
  const modules = new Map<string, Block[]>();
  data.functions.forEach((one, id) => {
    const own = KINDS.filter((kind) => one[kind] > 0).map((kind) => ({ name: one.name, ms: one[kind], kind, id }));
    if (own.length > 0) modules.set(one.file, [...(modules.get(one.file) ?? []), ...own]);
  });
  const large: Block[] = [];
  const small: Block[] = [];
  for (const [name, leaves] of modules) {
    const ms = leaves.reduce((sum, leaf) => sum + leaf.ms, 0);
    if (ms < LEAST.module * all) small.push(...leaves);
    else large.push({ name, ms, kind: null, id: null, children: together(leaves, LEAST.leaf * all) });
  }
  if (small.length > 0) {
    large.push({ name: "", ms: 0, kind: null, id: null, children: together(small, LEAST.leaf * all) });
  }
  return { name: "", ms: 0, kind: null, id: null, children: large };
}

/** Joins the small blocks of each kind into one. */
function together(leaves: readonly Block[], least: number): Block[] {
  const kept = leaves.filter(({ ms }) => ms >= least);
  for (const kind of KINDS) {
    const small = leaves.filter((leaf) => leaf.ms < least && leaf.kind === kind);
    const ms = small.reduce((sum, leaf) => sum + leaf.ms, 0);
    if (small.length > 0) kept.push({ name: `${small.length} small ones`, ms, kind, id: null });
  }
  return kept;
}
