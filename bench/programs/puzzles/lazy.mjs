export function* range(from, to = Infinity) {
  for (let n = from; n < to; n++) yield n;
}

export function* map(items, f) {
  for (const item of items) yield f(item);
}

export function* filter(items, test) {
  for (const item of items) if (test(item)) yield item;
}

export function* take(items, count) {
  if (count === 0) return;
  for (const item of items) {
    yield item;
    if (--count === 0) return;
  }
}

export function* permutations(items) {
  if (items.length === 0) {
    yield [];
    return;
  }
  for (let i = 0; i < items.length; i++) {
    const rest = [...items.slice(0, i), ...items.slice(i + 1)];
    for (const others of permutations(rest)) yield [items[i], ...others];
  }
}

export function* subsets(items) {
  if (items.length === 0) {
    yield [];
    return;
  }
  const [first, ...rest] = items;
  for (const subset of subsets(rest)) {
    yield subset;
    yield [first, ...subset];
  }
}
