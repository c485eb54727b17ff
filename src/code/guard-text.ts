/**
 * The text of guards: how the rewrite writes them, and how they are taken out again, for functions too cheap to keep
 * one and for recognising a function by its text whether or not it kept its guard.
 */

/** Text that no file has by chance; a file that has it was rewritten before, or plays with us: it is left alone. */
export const MARK = "$dumbo";

/** What an anonymous default export is called in its module's code. */
export const HELD = `${MARK}D`;

/**
 * Where a guard leaves a result: one object for all modules of a thread, read at once by the body whose guard said yes.
 * It is not the guard itself, which may be switched off by the very call that it answers.
 */
export interface Box {
  value: unknown;
}

/** What a guard calls: true when the box holds the result. */
export type GuardFunction = (self: unknown, ...args: unknown[]) => boolean;

/** What a prologue gets: the box, and the guards that are on, by the number of their site. */
export interface Handed {
  readonly box: Box;
  [site: number]: GuardFunction;
}

/** A guard as a statement at the start of a body. */
export function statementGuard(site: number, passed: string): string {
  const name = MARK + site;
  return `if(typeof ${name}==="function"&&${name}(${passed}))return ${MARK}.value;`;
}

/** A guard in front of an expression body, up to and including a parenthesis that {@link expressionEnd} closes. */
export function expressionGuard(site: number, passed: string): string {
  const name = MARK + site;
  return `typeof ${name}==="function"&&${name}(${passed})?${MARK}.value:(`;
}

/** What closes the parenthesis: with a note whose it is, so that both can be taken out again. */
export function expressionEnd(site: number): string {
  return `/*${MARK}${site}*/)`;
}

const GUARD =
  /;?if\(typeof \$dumbo(\d+)==="function"&&\$dumbo\1\([^()]*\)\)return \$dumbo\.value;|typeof \$dumbo(\d+)==="function"&&\$dumbo\2\([^()]*\)\?\$dumbo\.value:\(|\/\*\$dumbo(\d+)\*\/\)/g;
const NAMED = `function ${HELD}`;

/** A function's text as its source has it: without its guard, the semicolon that follows a directive, and a name given to it. */
export function originalText(text: string): string {
  const named = withoutGuards(text);
  return named.includes(NAMED) ? named.replace(NAMED, "function") : named;
}

/** Takes guards out of rewritten text, with the semicolon that follows a directive. */
export function withoutGuards(text: string, isOmitted: (site: number) => boolean = () => true): string {
  return text.replace(GUARD, (guard, a, b, c) => (isOmitted(Number(a ?? b ?? c)) ? "" : guard));
}
