/**
 * The arguments of this thread's last calls in a few letters, for readers of graphs of calls. They are not stored, since they may be
 * secrets. No object is looked into: that could run code of the program.
 */

/** Letters of one argument, and of all. */
const LONGEST = { one: 24, all: 80 };
const { stringify } = JSON;

const noted = new Map<string, string>();
/** The arguments of so many calls are remembered. */
const MOST = 10_000;

/** @param key of the call, outside of all contexts */
export function noteArguments(key: string, args: readonly unknown[]): void {
  if (noted.has(key)) return;
  noted.set(key, shownArguments(args));
  if (noted.size > MOST) for (const oldest of noted.keys()) return void noted.delete(oldest);
}

export function argumentsOf(key: string): string | null {
  return noted.get(key) ?? null;
}

function shownArguments(args: readonly unknown[]): string {
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
