/**
 * Calls `onRow` with the fields of each line. Fields may be quoted, quotes inside are doubled. The array is used again
 * for the next line.
 */
export function forEachRow(text: string, onRow: (fields: string[], line: number) => void): void {
  const fields: string[] = [];
  let position = 0;
  let line = 0;
  while (position < text.length) {
    fields.length = 0;
    for (;;) {
      const field = readField(text, position);
      fields.push(field.value);
      position = field.end + 1;
      if (text.charCodeAt(field.end) !== 44) break;
    }
    if (text.charCodeAt(position - 1) === 13) position++;
    onRow(fields, line++);
  }
}

function readField(text: string, start: number): { value: string; end: number } {
  if (text.charCodeAt(start) === 34) return readQuoted(text, start);
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === 44 || code === 10 || code === 13) break;
  }
  return { value: text.slice(start, end), end };
}

function readQuoted(text: string, start: number): { value: string; end: number } {
  let end = text.indexOf('"', start + 1);
  while (text.charCodeAt(end + 1) === 34) end = text.indexOf('"', end + 2);
  if (end < 0) throw new Error(`the quote at ${start} is never closed`);
  return { value: text.slice(start + 1, end).replaceAll('""', '"'), end: end + 1 };
}
