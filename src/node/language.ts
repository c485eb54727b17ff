/**
 * Methods of strings as functions that take the string first, captured before the program runs. A program may replace these methods:
 * it must not see dumbo's calls, and must not change what they answer.
 */
const { bind, call } = Function.prototype;

const uncurry = bind.bind(call) as <Self, Given extends unknown[], Result>(
  method: (this: Self, ...given: Given) => Result,
) => (self: Self, ...given: Given) => Result;

export const includes = uncurry<string, [part: string], boolean>(String.prototype.includes);
export const startsWith = uncurry<string, [start: string], boolean>(String.prototype.startsWith);
export const toLowerCase = uncurry<string, [], string>(String.prototype.toLowerCase);
export const endsWith = uncurry<string, [end: string], boolean>(String.prototype.endsWith);
export const lastIndexOf = uncurry<string, [part: string], number>(String.prototype.lastIndexOf);
export const slice = uncurry<string, [from: number, to?: number], string>(String.prototype.slice);
export const split = uncurry<string, [at: string], string[]>(String.prototype.split);
