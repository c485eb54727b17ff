export class Heap {
  items = [];

  get size() {
    return this.items.length;
  }

  push(priority, value) {
    this.items.push({ priority, value });
    let i = this.items.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (this.items[parent].priority <= this.items[i].priority) break;
      [this.items[parent], this.items[i]] = [this.items[i], this.items[parent]];
      i = parent;
    }
  }

  pop() {
    const top = this.items[0];
    const last = this.items.pop();
    if (this.items.length > 0) {
      this.items[0] = last;
      let i = 0;
      for (;;) {
        const left = 2 * i + 1;
        const right = left + 1;
        let least = i;
        if (left < this.items.length && this.items[left].priority < this.items[least].priority) least = left;
        if (right < this.items.length && this.items[right].priority < this.items[least].priority) least = right;
        if (least === i) break;
        [this.items[least], this.items[i]] = [this.items[i], this.items[least]];
        i = least;
      }
    }
    return top;
  }
}

export class Graph {
  constructor() {
    this.nodes = new Map();
  }

  node(name) {
    if (!this.nodes.has(name)) this.nodes.set(name, []);
    return this.nodes.get(name);
  }

  connect(from, to, length) {
    this.node(from).push({ to, length });
    this.node(to).push({ to: from, length });
  }
}

export function cityGrid(size) {
  const graph = new Graph();
  let seed = 7;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (x + 1 < size) graph.connect(`${x}:${y}`, `${x + 1}:${y}`, 1 + random() * 4);
      if (y + 1 < size) graph.connect(`${x}:${y}`, `${x}:${y + 1}`, 1 + random() * 4);
      if (random() < 0.05) graph.connect(`${x}:${y}`, `${size - 1 - x}:${size - 1 - y}`, 5 + random() * 9);
    }
  }
  return graph;
}

export function shortestPaths(graph, start) {
  const distances = new Map([[start, 0]]);
  const previous = new Map();
  const heap = new Heap();
  heap.push(0, start);
  while (heap.size > 0) {
    const { priority, value } = heap.pop();
    if (priority > distances.get(value)) continue;
    for (const { to, length } of graph.nodes.get(value)) {
      const distance = priority + length;
      if (distance < (distances.get(to) ?? Infinity)) {
        distances.set(to, distance);
        previous.set(to, value);
        heap.push(distance, to);
      }
    }
  }
  return { distances, previous };
}

export function pathTo(previous, goal) {
  const path = [goal];
  while (previous.has(path[0])) path.unshift(previous.get(path[0]));
  return path;
}

export function pageRank(graph, rounds) {
  const names = [...graph.nodes.keys()];
  let rank = new Map(names.map((name) => [name, 1 / names.length]));
  for (let round = 0; round < rounds; round++) {
    const next = new Map(names.map((name) => [name, 0.15 / names.length]));
    for (const [name, edges] of graph.nodes) {
      for (const { to } of edges) next.set(to, next.get(to) + (0.85 * rank.get(name)) / edges.length);
    }
    rank = next;
  }
  return [...rank].sort((a, b) => b[1] - a[1]);
}
