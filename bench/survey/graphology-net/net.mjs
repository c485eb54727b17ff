import graphology from "graphology";
import louvain from "graphology-communities-louvain";
import centrality from "graphology-metrics/centrality/betweenness.js";
import pagerank from "graphology-metrics/centrality/pagerank.js";
import { density } from "graphology-metrics/graph/index.js";

export function makeGraph(n) {
  const graph = new graphology.UndirectedGraph();
  for (let i = 0; i < n; i++) graph.addNode(`n${i}`);
  for (let i = 0; i < n; i++)
    for (const k of [1, 5, 17]) graph.mergeEdge(`n${i}`, `n${(i * k + k) % n}`, { weight: k });
  return graph;
}

export function analyse(n) {
  const graph = makeGraph(n);
  const between = centrality(graph);
  const rank = pagerank(graph, { maxIterations: 300, tolerance: 1e-5 });
  const communities = louvain(graph, { rng: () => 0.5 });
  const best = Object.entries(between).sort((a, b) => b[1] - a[1])[0];
  return {
    density: density(graph),
    best,
    rank: Math.max(...Object.values(rank)),
    communities: new Set(Object.values(communities)).size,
  };
}
