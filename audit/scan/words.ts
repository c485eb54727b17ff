/** The names in a text that are separated by blanks or line breaks. */
export function words(text: string): string[] {
  return text.split(/\s+/);
}
