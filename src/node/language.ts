/**
 * Methods of the language as functions of their receiver, taken before the program runs: a program that replaces methods and
 * counts their calls, or has them answer otherwise, must see none of dumbo's.
 */
const { bind, call } = Function.prototype;

const uncurry = bind.bind(call) as <Self, Given extends unknown[], Result>(
  method: (this: Self, ...given: Given) => Result,
) => (self: Self, ...given: Given) => Result;

export const includes = uncurry<string, [part: string], boolean>(String.prototype.includes);
export const startsWith = uncurry<string, [start: string], boolean>(String.prototype.startsWith);
export const slice = uncurry<string, [from: number, to?: number], string>(String.prototype.slice);
export const split = uncurry<string, [at: string], string[]>(String.prototype.split);
