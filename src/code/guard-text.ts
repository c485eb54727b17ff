/**
 * The text of guards: how the rewrite writes them, and how they are taken out again, for functions too cheap to keep
 * one and for recognising a function by its text whether or not it kept its guard.
 */

import type { CallMark } from "../trace/frames.ts";
import type { takeReader } from "../value/private-members.ts";
import type { HandedScopes } from "./once-scopes.ts";

/** Text that no file has by chance. A file that has it was rewritten before, or was written to look so: it is left alone. */
export const MARK = "$dumbo";

/** What guards are called on the stack: the frame below one is the function that it stands in. */
export const GUARD_NAME = "dumboGuard";

/** What an anonymous default export is called in its module's code. */
export const HELD = `${MARK}D`;

/**
 * Where a guard leaves a result: one object for all modules of a thread, read at once by the body whose guard said yes.
 * It is not the guard itself, which may be switched off by the very call that it answers.
 */
export interface Box {
  value: unknown;
}

/**
 * What a guard calls: true when the box holds the result, false when the body is to run on. An async function's body may
 * also be told to run on and say what it does, or how it ends.
 */
export type GuardFunction = (self: unknown, ...args: unknown[]) => boolean | BodyEnd;

/** What the body of an async function tells of its end while it is recorded. */
export interface BodyEnd {
  /** It ends by throwing. */
  fail(error: unknown): void;
  /**
   * It ends.
   * @param value what it returns, unless it throws
   * @returns whether somebody else hands that on: the body then returns nothing, so that nothing is asked twice for `then`
   */
  end(value: unknown): boolean;
}

/** What the body of an async function tells that is recorded in its own frame. */
export interface CallInPlace extends BodyEnd {
  /** It is about to wait. */
  suspend(): void;
  /** It goes on. Does nothing if it has not waited. */
  resume(): void;
  /** It loops over something and waits meanwhile. */
  loop(over: unknown): void;
}

/** What a prologue gets: the box, what probes ask and call, and the guards that are on, by the number of their site. */
export interface Handed {
  readonly box: Box;
  /** Whether a call is being recorded: `open` is not 0 then. */
  readonly frames: { readonly open: number; readonly call: CallMark | null; readonly root: object };
  /** Notes that the code behind a probe is about to run. @param owner the call in which a binding was made that it writes */
  readonly probe: (number: number, owner?: unknown) => void;
  /** Notes it if the object has what the code behind the probe is suspected of. Answers the object. */
  readonly look: (number: number, object: unknown) => unknown;
  /** Takes what reads and writes the private members of a class's instances. */
  readonly privates: typeof takeReader;
  /** Takes what reads and assigns to the bindings of functions that run once. */
  readonly scopes: HandedScopes;
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

/** What probes ask, in a module's code. */
export const FRAMES = `${MARK}F`;
/** What probes call. */
export const PROBE = `${MARK}P`;

/** A probe. By `typeof`, as guards: a function may be turned into text and run where these names do not exist. */
export function probeExpression({ number, owner, ifGlobalThis }: ProbeTold): string {
  const from = owner === undefined ? "" : `,${OWNED}${owner}`;
  const asked = ifGlobalThis ? `this===${FRAMES}.root&&` : "";
  return `typeof ${FRAMES}==="object"&&${FRAMES}.open&&${asked}${PROBE}(${number}${from})`;
}

/** What a probe tells. */
export interface ProbeTold {
  readonly number: number;
  /** The function whose calls own the binding that is written. */
  readonly owner?: number;
  /** It tells nothing unless `this` is the global object. */
  readonly ifGlobalThis?: boolean;
}

/** What a function keeps the call in that was recorded when it began. */
const OWNED = `${MARK}O`;

/** Keeps that call, at the start of a body. */
export function keepOwner(owner: number): string {
  return `var ${OWNED}${owner}=typeof ${FRAMES}==="object"&&${FRAMES}.open&&${FRAMES}.call;`;
}

/** Tells what a probe has opened from a block of the source. */
const WRAPPED = `/*${MARK}W*/`;

/** A probe in front of an expression, up to and including a comma; {@link COMMA_END} closes its parenthesis. */
export function commaProbe(told: ProbeTold): string {
  return `(${WRAPPED}${probeExpression(told)},`;
}

export const COMMA_END = `/*${PROBE}*/)`;

/** What a function keeps its `this` in, for arrow functions in it. */
export const RECEIVER = `${MARK}T`;
/** Keeps `this`, at the start of a body. */
export const KEEP_RECEIVER = `var ${RECEIVER}=this;`;
/** Makes an arrow function capture it. By `typeof`: the arrow may be turned into text and run elsewhere. */
export const RECEIVER_MENTION = `typeof ${RECEIVER}`;

/** The mention in front of an expression, up to and including a comma; {@link COMMA_END} closes its parenthesis. */
export const COMMA_MENTION = `(${WRAPPED}${RECEIVER_MENTION},`;

/** A probe and a statement in a block of their own, up to the statement; {@link BLOCK_END} closes it. */
export function blockProbe(told: ProbeTold): string {
  return `{${WRAPPED}${probeExpression(told)};`;
}

/** As long as {@link COMMA_END}: both are taken from the end of a text by their number. */
export const BLOCK_END = `/*${PROBE}*/}`;

/** What functions that run once with the module hand their bindings to. */
export const SCOPES = `${MARK}M`;
const SCOPES_MARK = `/*${SCOPES}*/`;

/**
 * A statement at the start of such a function's body. By `typeof`, as guards.
 * @param get text of a function that reads the bindings by their numbers
 * @param assign text of one that assigns to them
 */
export function scopeStart(home: number, get: string, assign: string): string {
  return `${SCOPES_MARK}typeof ${SCOPES}==="object"&&${SCOPES}.begin(${home},${get},${assign});${SCOPES_MARK}`;
}

const SCOPE_STARTS = /;?\/\*\$dumboM\*\/[\s\S]*?\/\*\$dumboM\*\//g;

/** What probes hand an object of whose members one decides. */
export const LOOK = `${MARK}K`;
const LOOK_MARK = `/*${MARK}V*/`;

/** A probe around an object, up to the object; {@link LOOK_END} closes it. @param path the same object, on one line */
export function lookProbe(number: number, path: string): string {
  return `(${LOOK_MARK}typeof ${FRAMES}==="object"&&${FRAMES}.open?${LOOK}(${number},${path}${LOOK_MARK}):`;
}

export const LOOK_END = `${LOOK_MARK})`;

/** Keeps a parenthesis at the start of a statement from calling what stands before it. */
export const APART = `;/*${MARK}S*/`;

/** What the body of a class hands its private members to. */
export const PRIVATES = `${MARK}C`;
const PRIVATES_END = `/*${PRIVATES}*/}`;

/** The private members of a class's instances, without the `#`. */
export interface PrivateNames {
  /** In the order of the class's body. */
  readonly fields: readonly string[];
  /** Methods: an accessor is no value, and reading it runs its code. */
  readonly methods: readonly string[];
  /** What a constructor puts on an instance first and last: methods and accessors come at once, before all fields. */
  readonly first: string;
  readonly last: string;
  /** Whether other functions and classes in the body than its methods use private names. */
  readonly areLent: boolean;
}

/**
 * A static block at the start of a class's body, before anything else in the body runs. By `typeof`, as guards: a class may be
 * turned into text and run elsewhere, or made before the module has its prologue.
 */
export function privateBlock({ fields, methods, first, last, areLent }: PrivateNames): string {
  const values = `[${[...fields, ...methods].map((name) => `o.#${name}`).join()}]`;
  const read = `o=>#${first} in o?${first === last ? values : `#${last} in o?${values}:1`}:0`;
  const cases = fields.map((name, n) => `case ${n}:o.#${name}=v;break;`).join("");
  const write = fields.length > 0 ? `,(o,n,v)=>{switch(n){${cases}}}` : "";
  const names = fields.map((name) => `"#${name}"`).join();
  return `static{typeof ${PRIVATES}==="function"&&${PRIVATES}(this,[${names}],${read},${areLent}${write})${PRIVATES_END}`;
}

const PRIVATE_BLOCKS = /static\{typeof \$dumboC==="function"&&\$dumboC\([\s\S]*?\/\*\$dumboC\*\/\}/g;

const LOOKS =
  /(?:;\/\*\$dumboS\*\/)?\(\/\*\$dumboV\*\/typeof \$dumboF==="object"&&\$dumboF\.open\?\$dumboK\(\d+,[\s\S]*?\/\*\$dumboV\*\/\):([\s\S]*?)\/\*\$dumboV\*\/\)/g;
const PROBED =
  /typeof \$dumboF==="object"&&\$dumboF\.open&&(?:this===\$dumboF\.root&&)?\$dumboP\(\d+(?:,\$dumboO\d+)?\)/.source;
const KEPT = String.raw`typeof \$dumboT|var \$dumboT=this|var \$dumboO\d+=typeof \$dumboF==="object"&&\$dumboF\.open&&\$dumboF\.call`;
const PIECES = `(?:${PROBED}|${KEPT})`;
const PROBES = new RegExp(`[({]/\\*\\$dumboW\\*/${PIECES}[,;]|;?${PIECES};|/\\*\\$dumboP\\*/[)}]`, "g");

/**
 * The pieces of a guard whose body tells its end, and what else it does if it is recorded in its own frame. Its variables are
 * the call that is recorded, what it returns, and what it waits for. A comma keeps what is assigned from being named after
 * the variable.
 */
export function tellingText(site: number) {
  const [call, result, value, error] = ["F", "R", "V", "E"].map((letter) => `${MARK}${letter}${site}`);
  const name = MARK + site;
  const end = expressionEnd(site);
  const head = (passed: string) =>
    `let ${call},${result},${value};if(typeof ${name}==="function"&&(${call}=${name}(${passed}))===true)return ${MARK}.value;try{`;
  const caught = `}catch(${error}){${call}&&${call}.fail(${error});throw ${error}}finally{if(${call}&&${call}.end(${result}))return}`;
  return {
    head,
    tail: `;${result}=void 0${caught}`,
    arrowHead: (passed: string) => `{/*${name}*/${head(passed)}return ${result}=(0,`,
    arrowTail: `${end}${caught}}`,
    /** Behind `return`, up to its value. */
    returned: ` ${result}=(0,`,
    returnedNothing: ` ${result}=void 0`,
    end,
    awaitStart: `(${value}=`,
    /** At the start of a statement, where a parenthesis could go on with the one before. */
    statementAwait: `;/*${name}*/(${value}=`,
    /** Behind `await`. */
    value: `(${value}=(0,`,
    awaitEnd: `${end},${call}&&${call}.suspend(),${value}),${call}&&${call}.resume(),${value})`,
    /** In front of a loop over a name. */
    loop: (over: string) => `${call}&&${call}.loop(${over});`,
    /** At the start of a `catch` or `finally`. */
    resume: `${call}&&${call}.resume();`,
    /** `catch({ a }){}` becomes `catch(error){resume;let { a }=(error);{}}`: all stays in its place. */
    caught: `${error}){${call}&&${call}.resume();let `,
    caughtValue: `=(${error}`,
    caughtBody: `;/*${name}*/`,
    caughtEnd: `/*${name}*/}`,
  } as const;
}

const HEAD = String.raw`let \$dumboF\d+,\$dumboR\d+,\$dumboV\d+;if\(typeof \$dumbo\d+==="function"&&\(\$dumboF\d+=\$dumbo\d+\([^()]*\)\)===true\)return \$dumbo\.value;try\{`;
const CAUGHT = String.raw`\}catch\(\$dumboE\d+\)\{\$dumboF\d+&&\$dumboF\d+\.fail\(\$dumboE\d+\);throw \$dumboE\d+\}finally\{if\(\$dumboF\d+&&\$dumboF\d+\.end\(\$dumboR\d+\)\)return\}`;
const END = String.raw`\/\*\$dumbo\d+\*\/\)`;

/** Matches each piece, longer ones first; the number of its site is the first one in it. */
const GUARD = new RegExp(
  [
    String.raw`;?if\(typeof \$dumbo\d+==="function"&&\$dumbo\d+\([^()]*\)\)return \$dumbo\.value;`,
    String.raw`typeof \$dumbo\d+==="function"&&\$dumbo\d+\([^()]*\)\?\$dumbo\.value:\(`,
    String.raw`\{\/\*\$dumbo\d+\*\/${HEAD}return \$dumboR\d+=\(0,`,
    `;?${HEAD}`,
    `${END}${CAUGHT}\\}`,
    String.raw`;\$dumboR\d+=void 0${CAUGHT}`,
    String.raw` \$dumboR\d+=(?:\(0,|void 0)`,
    String.raw`${END},\$dumboF\d+&&\$dumboF\d+\.suspend\(\),\$dumboV\d+\),\$dumboF\d+&&\$dumboF\d+\.resume\(\),\$dumboV\d+\)`,
    String.raw`\$dumboF\d+&&\$dumboF\d+\.loop\([^()]*\);`,
    END,
    String.raw`\$dumboE\d+\)\{\$dumboF\d+&&\$dumboF\d+\.resume\(\);let `,
    String.raw`=\(\$dumboE\d+`,
    String.raw`;\/\*\$dumbo\d+\*\/(?=\{)`,
    String.raw`\/\*\$dumbo\d+\*\/\}`,
    String.raw`\(\$dumboV\d+=\(0,`,
    String.raw`(?:;\/\*\$dumbo\d+\*\/)?\(\$dumboV\d+=(?=await)`,
    String.raw`\$dumboF\d+&&\$dumboF\d+\.resume\(\);`,
  ].join("|"),
  "g",
);
/** Every piece has one of these names, and most texts none: to look for one name is much faster than to look for all pieces. */
const PIECE_NAME = /\$dumbo[EFRV]?\d/;
const NAMED = `function ${HELD}`;

/** A function's text as its source has it: without what the rewrite has put into it. */
export function originalText(text: string): string {
  return unguardedText(text).replace(LOOKS, "$1").replace(PROBES, "").replace(SCOPE_STARTS, "");
}

/**
 * A function's text as functions are recognised by it: without its guard, which it may lose, a name given to it, and what
 * hands over private members, but with its probes. The same text without probes is another function: nothing tells what its calls run into.
 */
export function unguardedText(text: string): string {
  const bare = withoutGuards(text);
  const named = bare.includes(PRIVATES_END) ? bare.replace(PRIVATE_BLOCKS, "") : bare;
  return named.includes(NAMED) ? named.replace(NAMED, "function") : named;
}

/** Takes guards out of rewritten text, with the semicolon that follows a directive. */
export function withoutGuards(text: string, isOmitted: (site: number) => boolean = () => true): string {
  if (!text.includes(MARK) || !PIECE_NAME.test(text)) return text;
  return text.replace(GUARD, (guard) => (isOmitted(Number(/\d+/.exec(guard)?.[0])) ? "" : guard));
}
