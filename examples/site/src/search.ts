export interface SearchDocument {
  slug: string;
  title: string;
  text: string;
}

const stopWords = new Set(
  "a an and are as at be before but by do does for from has have if in is it its left not of off on once one or other " +
    "out so still than that the them there they this to until up was what when which who will with you your".split(" "),
);

const suffixes = ["ations", "ation", "ments", "ment", "ings", "ing", "ies", "ers", "er", "ed", "es", "ly", "s"];
const titleWeight = 5;

/** An inverted index as JSON: for each word stem the pages that use it and how much it says about them. */
export function buildSearchIndex(documents: SearchDocument[]): string {
  const postings = new Map<string, Map<number, number>>();
  const lengths: number[] = [];

  documents.forEach((document, index) => {
    const counts = countStems(document);
    lengths.push(counts.size);
    for (const [stem, count] of counts) {
      const pages = postings.get(stem) ?? new Map<number, number>();
      pages.set(index, count);
      postings.set(stem, pages);
    }
  });

  const words: Record<string, [number, number][]> = {};
  for (const stem of [...postings.keys()].sort()) {
    const pages = postings.get(stem) as Map<number, number>;
    const rarity = Math.log(1 + documents.length / pages.size);
    words[stem] = [...pages].map(([page, count]) => {
      const score = (rarity * count) / Math.sqrt(lengths[page] as number);
      return [page, Math.round(score * 1000) / 1000];
    });
  }
  return JSON.stringify({ pages: documents.map(({ slug, title }) => ({ slug, title })), words });
}

function countStems(document: SearchDocument): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const word of text.toLowerCase().match(/[a-z][a-z0-9]+/g) ?? []) {
      if (stopWords.has(word)) continue;
      const stem = stemOf(word);
      counts.set(stem, (counts.get(stem) ?? 0) + weight);
    }
  };
  add(document.title, titleWeight);
  add(document.text, 1);
  return counts;
}

function stemOf(word: string): string {
  for (const suffix of suffixes) {
    if (word.endsWith(suffix) && word.length - suffix.length >= 3) return word.slice(0, -suffix.length);
  }
  return word;
}
