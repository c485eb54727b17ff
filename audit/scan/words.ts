/** The names in a text, which blanks and ends of lines keep apart. */
export function words(text: string): string[] {
  return text.split(/\s+/);
}
