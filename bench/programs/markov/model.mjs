export function tokenize(text) {
  return text.match(/[A-Za-z']+|[.,!?;]/g) ?? [];
}

/** Counts what follows each sequence of `order` words. */
export function train(tokens, order) {
  const model = new Map();
  for (let i = 0; i + order < tokens.length; i++) {
    const key = tokens
      .slice(i, i + order)
      .join(" ")
      .toLowerCase();
    const next = tokens[i + order];
    let followers = model.get(key);
    if (!followers) {
      followers = new Map();
      model.set(key, followers);
    }
    followers.set(next, (followers.get(next) ?? 0) + 1);
  }
  return model;
}

export function perplexity(model, tokens, order) {
  let logs = 0;
  let count = 0;
  for (let i = 0; i + order < tokens.length; i++) {
    const followers = model.get(
      tokens
        .slice(i, i + order)
        .join(" ")
        .toLowerCase(),
    );
    const total = followers ? [...followers.values()].reduce((a, b) => a + b, 0) : 0;
    const seen = followers?.get(tokens[i + order]) ?? 0;
    logs -= Math.log((seen + 0.1) / (total + 10));
    count++;
  }
  return Math.exp(logs / count);
}

export class Generator {
  constructor(model, order, seed) {
    this.model = model;
    this.order = order;
    this.seed = seed;
  }

  random() {
    this.seed = (this.seed * 16807) % 2147483647;
    return this.seed / 2147483647;
  }

  pick(followers) {
    let total = 0;
    for (const count of followers.values()) total += count;
    let left = this.random() * total;
    for (const [word, count] of followers) {
      left -= count;
      if (left < 0) return word;
    }
    return ".";
  }

  sentence(maximum) {
    const keys = [...this.model.keys()];
    const words = keys[Math.floor(this.random() * keys.length)].split(" ");
    while (words.length < maximum) {
      const followers = this.model.get(words.slice(-this.order).join(" ").toLowerCase());
      if (!followers) break;
      const word = this.pick(followers);
      words.push(word);
      if (word === ".") break;
    }
    return words.join(" ").replace(/ ([.,!?;])/g, "$1");
  }
}
