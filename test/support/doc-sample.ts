/** Output that documents show, compared with what is printed: as text, but for what differs from run to run. */

/**
 * The lines of the first block without a language behind a text.
 * @throws Error if there is none
 */
export function sampleAfter(markdown: string, text: string): string[] {
  const from = markdown.indexOf(text);
  const blocks = from < 0 ? [] : [...markdown.slice(from).matchAll(/^```(\w*)\n(.*?)\n```$/gms)];
  const sample = blocks.find(([, language]) => language === "");
  if (sample === undefined) throw new Error(`no sample behind "${text}"`);
  return (sample[2] as string).split("\n");
}

/** The first of some lines that a text does not have behind those before it, or null. */
export function missingSample(sample: readonly string[], printed: string): string | null {
  const lines = printed.split("\n").map(steady);
  let at = 0;
  for (const line of sample) {
    at = lines.indexOf(steady(line), at) + 1;
    if (at === 0) return line;
  }
  return null;
}

/** A line without what differs from run to run: dates, hashes, times, sizes, shares, Node's version and the width of columns. */
function steady(line: string): string {
  return line
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "DATE")
    .replace(/\b[0-9a-f]{32}\b|\b[0-9a-f]{12}\b|(?<==)[0-9a-f]{8}\b/g, "HASH")
    .replace(/[-+]?\b[\d.]+ ?(us|ms|s)\b/g, "TIME")
    .replace(/\bjust now\b|\b\d+ (min|h|d) ago\b/g, "AGO")
    .replace(/\b[\d.]+ (B|KB|MB|GB)\b/g, "SIZE")
    .replace(/\b[\d.]+ %/g, "SHARE")
    .replace(/\bNode \d+\.\d+\.\d+/g, "NODE")
    .replace(/(?<=\S) {2,}/g, " ")
    .trimEnd();
}
