const SYLLABLES =
  "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru sa se si so su ta te ti to tu".split(
    " ",
  );

function* numbers(seed) {
  let s = seed;
  while (true) {
    s = (s * 48271) % 2147483647;
    yield s;
  }
}

export function makeWords(count, seed) {
  const random = numbers(seed);
  const next = (n) => random.next().value % n;
  const words = new Set();
  while (words.size < count) {
    words.add(Array.from({ length: 2 + next(4) }, () => SYLLABLES[next(SYLLABLES.length)]).join(""));
  }
  return [...words];
}

export function misspell(words, count, seed) {
  const random = numbers(seed);
  const next = (n) => random.next().value % n;
  return Array.from({ length: count }, () => {
    const letters = [...words[next(words.length)]];
    for (let i = next(3); i > 0; i--) letters[next(letters.length)] = "abdeiklmnorstu"[next(14)];
    return letters.join("");
  });
}
