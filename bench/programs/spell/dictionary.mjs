/** A dictionary that finds words within some edits of a misspelt one. */
export class Dictionary {
  constructor() {
    this.root = null;
    this.size = 0;
  }

  add(word) {
    if (this.root === null) {
      this.root = { word, children: new Map() };
      this.size++;
      return this;
    }
    let node = this.root;
    while (true) {
      const d = distance(word, node.word);
      if (d === 0) return this;
      const next = node.children.get(d);
      if (!next) {
        node.children.set(d, { word, children: new Map() });
        this.size++;
        return this;
      }
      node = next;
    }
  }

  closest(word, within) {
    const found = [];
    const visit = (node) => {
      const d = distance(word, node.word);
      if (d <= within) found.push({ word: node.word, d });
      for (const [edge, child] of node.children) {
        if (edge >= d - within && edge <= d + within) visit(child);
      }
    };
    if (this.root) visit(this.root);
    return found.sort((a, b) => a.d - b.d || (a.word < b.word ? -1 : 1));
  }
}

export function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
