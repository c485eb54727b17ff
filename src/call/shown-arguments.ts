/** The arguments of a call in a few letters, for readers. Looks at no object. */

/** Letters of one argument, and of all. */
const LONGEST = { one: 24, all: 80 };
const { stringify } = JSON;

export function shownArguments(args: readonly unknown[]): string {
  let text = "";
  for (let i = 0; i < args.length && text.length < LONGEST.all; i++) text += (i === 0 ? "" : ", ") + shown(args[i]);
  return shortened(text, LONGEST.all);
}

function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return shortened(stringify(value), LONGEST.one);
    case "object":
      return value === null ? "null" : "{…}";
    case "function":
      return "ƒ";
    case "symbol":
      return "symbol";
    case "bigint":
      return shortened(`${value}n`, LONGEST.one);
    default:
      return `${value}`;
  }
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
