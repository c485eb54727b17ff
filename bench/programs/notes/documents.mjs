const syllables = "ba ke li mo nu ra se ti vo zu chi pra sto ler ann eld".split(" ");

export function makeDocuments(count) {
  let s = 21;
  const random = (n) => {
    s = (s * 16807) % 2147483647;
    return s % n;
  };
  const words = Array.from({ length: 4000 }, () =>
    Array.from({ length: 2 + random(3) }, () => syllables[random(syllables.length)]).join(""),
  );
  const text = (length) => Array.from({ length }, () => words[Math.min(random(4000), random(4000))]).join(" ");
  const documents = Array.from({ length: count }, (_, id) => ({
    id,
    title: text(5),
    text: text(160),
    year: 1990 + random(30),
  }));
  return { documents, queries: Array.from({ length: 150 }, () => text(2)) };
}
