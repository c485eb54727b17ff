import { filter, map, permutations, range, subsets, take } from "./lazy.mjs";

export function sendMoreMoney(words) {
  const letters = [...new Set(words.join(""))];
  const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const valueOf = (word, code) => [...word].reduce((n, letter) => n * 10 + code[letter], 0);
  for (const chosen of filter(subsets(digits), (set) => set.length === letters.length)) {
    for (const order of permutations(chosen)) {
      const code = Object.fromEntries(letters.map((letter, index) => [letter, order[index]]));
      if (words.some((word) => code[word[0]] === 0)) continue;
      const values = words.map((word) => valueOf(word, code));
      const result = values.pop();
      if (values.reduce((a, b) => a + b) === result) return code;
    }
  }
  return null;
}

export function queens(size) {
  const safe = (rows) => rows.every((row, x) => rows.slice(0, x).every((other, y) => Math.abs(row - other) !== x - y));
  return [...filter(permutations([...take(range(0), size)]), safe)];
}

export function happyNumbers(count) {
  const step = (n) => [...String(n)].reduce((sum, digit) => sum + Number(digit) ** 2, 0);
  const isHappy = (n) => {
    const seen = new Set();
    while (n !== 1 && !seen.has(n)) {
      seen.add(n);
      n = step(n);
    }
    return n === 1;
  };
  return [...take(filter(range(1), isHappy), count)];
}

export function pythagorean(limit) {
  function* triples() {
    for (const c of range(1, limit)) {
      for (const b of range(1, c)) {
        const a = Math.sqrt(c * c - b * b);
        if (Number.isInteger(a) && a <= b) yield [a, b, c];
      }
    }
  }
  return [...map(triples(), (triple) => triple.join("-"))];
}
