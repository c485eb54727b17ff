/** The names in a text, separated by blanks or ends of lines. */
export function words(text: string): string[] {
  return text.split(/\s+/);
}
