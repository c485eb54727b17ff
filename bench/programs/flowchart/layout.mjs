import dagre from "@dagrejs/dagre";

export function makeChart(seed, size) {
  let s = seed;
  const random = (n) => {
    s = (s * 48271) % 2147483647;
    return s % n;
  };
  const nodes = Array.from({ length: size }, (_, i) => ({ id: `n${i}`, label: `Step ${i}`, width: 60 + random(50) }));
  const edges = [];
  for (let i = 1; i < size; i++) {
    edges.push([`n${Math.max(0, i - 1 - random(6))}`, `n${i}`]);
    if (random(3) === 0 && i > 4) edges.push([`n${random(i - 1)}`, `n${i}`]);
  }
  return { nodes, edges };
}

export function layout({ nodes, edges }) {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 20, ranksep: 40 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, label, width } of nodes) graph.setNode(id, { label, width, height: 30 });
  for (const [from, to] of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  return {
    width: graph.graph().width,
    height: graph.graph().height,
    nodes: graph.nodes().map((id) => ({ id, ...graph.node(id) })),
    edges: graph.edges().map((edge) => graph.edge(edge).points),
  };
}

export function toSvg({ width, height, nodes, edges }) {
  const boxes = nodes.map(
    ({ x, y, width, height, label }) =>
      `<g><rect x="${(x - width / 2).toFixed(1)}" y="${(y - height / 2).toFixed(1)}" width="${width}" height="${height}"/><text x="${x.toFixed(1)}" y="${y.toFixed(1)}">${label}</text></g>`,
  );
  const lines = edges.map(
    (points) => `<polyline points="${points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}"/>`,
  );
  return `<svg viewBox="0 0 ${width} ${height}">${lines.join("")}${boxes.join("")}</svg>`;
}
