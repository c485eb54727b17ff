/**
 * The text of guards: how the rewrite writes them, and how they are taken out again, for functions too cheap to keep
 * one and for recognising a function by its text whether or not it kept its guard.
 */

/** Text that no file has by chance; a file that has it was rewritten before, or plays with us: it is left alone. */
export const MARK = "$dumbo";

/** A guard as a statement at the start of a body. */
export function statementGuard(site: number, passed: string): string {
  const name = MARK + site;
  return `if(typeof ${name}==="function"&&${name}(${passed}))return ${name}.value;`;
}

/** A guard in front of an expression body, up to and including a parenthesis that the caller closes. */
export function expressionGuard(site: number, passed: string): string {
  const name = MARK + site;
  return `typeof ${name}==="function"&&${name}(${passed})?${name}.value:(`;
}

const GUARD =
  /if\(typeof \$dumbo(\d+)==="function"&&\$dumbo\1\([^()]*\)\)return \$dumbo\1\.value;|typeof \$dumbo(\d+)==="function"&&\$dumbo\2\([^()]*\)\?\$dumbo\2\.value:(?=\()/g;

/** Takes guards out of rewritten text; lines stay, columns behind a guard move back. */
export function withoutGuards(text: string, isOmitted: (site: number) => boolean = () => true): string {
  return text.replace(GUARD, (guard, a, b) => (isOmitted(Number(a ?? b)) ? "" : guard));
}
