const KEYWORDS = new Set(["let", "fn", "if", "else", "while", "return", "print"]);

export function* lex(source) {
  const pattern = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(==|!=|<=|>=|[-+*/%<>=(){},;])|"([^"]*)")/y;
  let position = 0;
  while (position < source.trimEnd().length) {
    pattern.lastIndex = position;
    const match = pattern.exec(source);
    if (!match) throw new SyntaxError(`unexpected ${source[position]} at ${position}`);
    position = pattern.lastIndex;
    const [, number, name, operator, string] = match;
    if (number !== undefined) yield { type: "number", value: Number(number) };
    else if (name !== undefined) yield { type: KEYWORDS.has(name) ? name : "name", value: name };
    else if (operator !== undefined) yield { type: operator, value: operator };
    else yield { type: "string", value: string };
  }
  yield { type: "end", value: null };
}
