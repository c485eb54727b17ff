/**
 * The text of guards and probes: how the rewrite writes them, and how they are taken out again. Guards are taken out of functions that are too
 * cheap for one, and for recognising a function by its text, whether or not it has kept its guard.
 */

import type { CallMark } from "../trace/frames.ts";
import type { takeReader } from "../value/private-members.ts";
import type { HandedScopes } from "./once-scopes.ts";

/** The start of all names that the rewrite adds. No file has it by chance: one that has it is left alone. */
export const MARK = "$dumbo";

/**
 * Stands in the place of `import` where that tells what it imports: it has as many characters, so that all else keeps its place. A file that has it of
 * its own is left alone.
 */
export const TOLD_IMPORT = "$dumbI";
const TOLD_IMPORTS = /(?<![\w$])\$dumbI(?![\w$])/g;

/** Whether a text may be one that dumbo has changed. */
export function isChanged(text: string): boolean {
  return text.includes(MARK) || text.includes(TOLD_IMPORT);
}

/** The name of guards on the stack. The frame below such a frame is that of the function in which the guard stands. */
export const GUARD_NAME = "dumboGuard";

/** The name that the rewrite gives to an anonymous default export. */
export const HELD = `${MARK}D`;

/**
 * Where a guard leaves a result: one object for all modules of a thread. The body whose guard has answered true reads it at once. The result is
 * not left on the guard's own variable: the very call that is answered may have switched the guard off, and so emptied the variable.
 */
export interface Box {
  value: unknown;
}

/**
 * What a guard calls. True: the box holds the result. False: the body is to run on. An object, for an async function: the body is to run on, and
 * to tell that object how it ends, or all that it does.
 */
export type GuardFunction = (self: unknown, ...args: unknown[]) => boolean | BodyEnd;

/** Is told by the body of a recorded async function how it ends. */
export interface BodyEnd {
  /** The body throws. */
  fail(error: unknown): void;
  /**
   * The body ends.
   * @param value what it returns, unless it throws
   * @returns whether another promise hands the value on: the body then returns nothing, or V8 would ask the value for its `then` twice
   */
  end(value: unknown): boolean;
}

/** Is told what an async body does that is recorded where it was called. */
export interface CallInPlace extends BodyEnd {
  /** The body is about to wait. */
  suspend(): void;
  /** The body goes on. Does nothing if it has not waited. */
  resume(): void;
  /** The body begins a loop over a value, in which it waits. */
  loop(over: unknown): void;
}

/**
 * What stands before a pipeline: calls of which each is given the result of the one before at once, as in `h(g(f(x), y))`, or by a constant,
 * as in `const a = f(x); return g(a)`. True: the box holds the result of the outermost call of the expression, or what stands for it in the constant.
 * False: the calls are made, as far as {@link given} does not answer for them.
 */
export interface PipelineFunction {
  /**
   * @param shape for each call, the first one first: how many arguments stand before the result that it is given, and how many behind it. Calls in later
   *   expressions come after a `|`. After a `;`, if anything may throw that is read, come the numbers of values whose reading may
   * @param values what the code of the pipeline reads: functions and arguments. Last, a function that reads
   *   those which may throw, and what else the code reads between the calls and may throw
   */
  (shape: string, ...values: unknown[]): boolean;
  /** Whether the call at this depth is answered: the box holds its result then. To be asked at once, from the outside in. */
  given(depth: number): boolean;
  /**
   * The same for a call in a later expression.
   * @param constant the value of the constant from which it is given the result of the call before
   */
  later(depth: number, constant: unknown): boolean;
}

/** What a prologue gets: the box, what probes ask and call, and the guards that are on, by the numbers of their sites. */
export interface Handed {
  readonly box: Box;
  /** Whether a call is being recorded: `open` is not 0 then. */
  readonly frames: { readonly open: number; readonly call: CallMark | null; readonly root: object };
  /** Notes that the code behind a probe is about to run. @param owner the call in which a binding was made that it writes */
  readonly probe: (number: number, owner?: unknown) => void;
  /** The same, but only if the object has what the scan suspects. Answers the object. */
  readonly look: (number: number, object: unknown) => unknown;
  /** Takes what reads and writes the private members of a class's instances. */
  readonly privates: typeof takeReader;
  /** Takes what reads and assigns to the bindings of functions that run once. */
  readonly scopes: HandedScopes;
  [site: number]: GuardFunction | PipelineFunction;
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

/** Closes that parenthesis, with a comment that says whose it is, so that both can be taken out again. */
export function expressionEnd(site: number): string {
  return `/*${MARK}${site}*/)`;
}

/** The name of what probes ask first. */
export const FRAMES = `${MARK}F`;
/** The name of what probes call. */
export const PROBE = `${MARK}P`;

/** A probe. It uses `typeof`, as guards do: a function may be turned into text and run where these names do not exist. */
export function probeExpression({ number, owner, ifGlobalThis }: ProbeTold): string {
  const kept = owner === undefined ? null : `${OWNED}${owner}`;
  // Most writes to what the running call has made end here, in code that V8 can inline.
  const isOthers = kept === null ? "" : `${FRAMES}.mark!==${kept}&&`;
  const asked = ifGlobalThis ? `this===${FRAMES}.root&&` : "";
  return `typeof ${FRAMES}==="object"&&${FRAMES}.open&&${isOthers}${asked}${PROBE}(${number}${kept === null ? "" : `,${kept}`})`;
}

/** What a probe tells. */
export interface ProbeTold {
  readonly number: number;
  /** The number of the function whose calls own the binding that is written. */
  readonly owner?: number;
  /** Whether it tells only if `this` is the global object. */
  readonly ifGlobalThis?: boolean;
}

/** The start of the names of variables in which functions keep the call that was recorded when they began. */
const OWNED = `${MARK}O`;

/** The statement that keeps that call, at the start of a body. */
export function keepOwner(owner: number): string {
  return `var ${OWNED}${owner}=typeof ${FRAMES}==="object"&&${FRAMES}.open&&${FRAMES}.call;`;
}

/** The same in an arrow function whose body is an expression: up to and including a parenthesis that {@link KEEP_OWNER_END} closes. */
export function keepOwnerStart(owner: number): string {
  return `{${KEEPING}${keepOwner(owner)}return(`;
}

const KEEPING = `/*${MARK}X*/`;
export const KEEP_OWNER_END = `)${KEEPING}}`;

/** A comment behind brackets that a probe has opened: it tells them from those of the source. */
const WRAPPED = `/*${MARK}W*/`;

/** A probe in front of an expression, up to and including a comma; {@link COMMA_END} closes its parenthesis. */
export function commaProbe(told: ProbeTold): string {
  return `(${WRAPPED}${probeExpression(told)},`;
}

export const COMMA_END = `/*${PROBE}*/)`;

/** The variable in which a function keeps its `this`, for arrow functions inside of it. */
export const RECEIVER = `${MARK}T`;
/** The statement that keeps `this`, at the start of a body, or behind `super()`. */
export const KEEP_RECEIVER = `var ${RECEIVER}=this;`;
/** Mentions that variable, so that an arrow function captures it. With `typeof`: the arrow may be turned into text and run elsewhere. */
export const RECEIVER_MENTION = `typeof ${RECEIVER}`;

/** Such a mention in front of an expression, up to and including a comma; {@link COMMA_END} closes its parenthesis. */
export const COMMA_MENTION = `(${WRAPPED}${RECEIVER_MENTION},`;

/** A probe and a statement in a block of their own, up to the statement; {@link BLOCK_END} closes it. */
export function blockProbe(told: ProbeTold): string {
  return `{${WRAPPED}${probeExpression(told)};`;
}

/** It has to be as long as {@link COMMA_END}: so many of both are cut from the end of a text. */
export const BLOCK_END = `/*${PROBE}*/}`;

/** The name of what functions that run once with the module hand their bindings to. */
export const SCOPES = `${MARK}M`;
const SCOPES_MARK = `/*${SCOPES}*/`;

/**
 * The statement at the start of such a function's body. With `typeof`, as guards.
 * @param get text of a function that reads the bindings by their numbers
 * @param assign text of one that assigns to them
 */
export function scopeStart(home: number, get: string, assign: string): string {
  return `${SCOPES_MARK}typeof ${SCOPES}==="object"&&${SCOPES}.begin(${home},${get},${assign});${SCOPES_MARK}`;
}

const SCOPE_STARTS = /;?\/\*\$dumboM\*\/[\s\S]*?\/\*\$dumboM\*\//g;

/** The name of what probes hand an object to whose member decides. */
export const LOOK = `${MARK}K`;
const LOOK_MARK = `/*${MARK}V*/`;

/** A probe around an object, up to the object; {@link LOOK_END} closes it. @param path the same object, on one line */
export function lookProbe(number: number, path: string): string {
  return `(${LOOK_MARK}typeof ${FRAMES}==="object"&&${FRAMES}.open?${LOOK}(${number},${path}${LOOK_MARK}):`;
}

export const LOOK_END = `${LOOK_MARK})`;

/** Stands before a parenthesis at the start of a statement: without it, the statement before could go on as a call. */
export const APART = `;/*${MARK}S*/`;

const PIPELINE_MARK = `/*${MARK}L*/`;

/** The start of the names of pipelines' variables. In a prologue they have numbers from -1 downwards: those of guards begin at 0. */
export const PIPELINE = `${MARK}L`;

/**
 * What stands before the outermost call of a pipeline, up to the call; {@link PIPELINE_END} closes it. With `typeof`, as guards.
 * @param values text of what the calls read, in its order
 */
export function pipelineStart(number: number, shape: string, values: string): string {
  const name = PIPELINE + number;
  return `(${PIPELINE_MARK}typeof ${name}==="function"&&${name}("${shape}",${values})${PIPELINE_MARK}?${MARK}.value:`;
}

/** The same before a call inside of it. @param depth 1 for the first call */
export function innerCallStart(number: number, depth: number): string {
  const name = PIPELINE + number;
  return `(${PIPELINE_MARK}typeof ${name}==="function"&&${name}.given(${depth})${PIPELINE_MARK}?${MARK}.value:`;
}

/** The same before a call of a later expression. @param constant name of what holds the result of the call before */
export function laterCallStart(number: number, depth: number, constant: string): string {
  const name = PIPELINE + number;
  return `(${PIPELINE_MARK}typeof ${name}==="function"&&${name}.later(${depth},${constant})${PIPELINE_MARK}?${MARK}.value:`;
}

export const PIPELINE_END = `${PIPELINE_MARK})`;

const PIPELINE_PIECES = /\(\/\*\$dumboL\*\/typeof [\s\S]*?\/\*\$dumboL\*\/\?\$dumbo\.value:|\/\*\$dumboL\*\/\)/g;

/** The name of what the body of a class hands its private members to. */
export const PRIVATES = `${MARK}C`;
const PRIVATES_END = `/*${PRIVATES}*/}`;

/** The private members of a class's instances, without the `#`. */
export interface PrivateNames {
  /** In the order of the class's body. */
  readonly fields: readonly string[];
  /** Without accessors: these are no values, and reading one runs its code. */
  readonly methods: readonly string[];
  /** The members that a constructor puts on an instance first and last. Methods and accessors come together, before all fields. */
  readonly first: string;
  readonly last: string;
  /** Whether functions or classes in the body use private names that are no methods of the class. */
  readonly areLent: boolean;
}

/**
 * A static block at the start of a class's body, which runs before all else in the body. With `typeof`, as guards: a class may be turned into
 * text and run elsewhere, or be made before the prologue of the module runs.
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
  /typeof \$dumboF==="object"&&\$dumboF\.open&&(?:\$dumboF\.mark!==\$dumboO\d+&&)?(?:this===\$dumboF\.root&&)?\$dumboP\(\d+(?:,\$dumboO\d+)?\)/
    .source;
const KEPT = String.raw`typeof \$dumboT|var \$dumboT=this|var \$dumboO\d+=typeof \$dumboF==="object"&&\$dumboF\.open&&\$dumboF\.call`;
const PIECES = `(?:${PROBED}|${KEPT})`;
const OWNERS = String.raw`\{/\*\$dumboX\*/(?:${KEPT});return\(|\)/\*\$dumboX\*/\}`;
const PROBES = new RegExp(`${OWNERS}|[({]/\\*\\$dumboW\\*/${PIECES}[,;]|;?${PIECES};|/\\*\\$dumboP\\*/[)}]`, "g");

/**
 * The pieces of a guard for a body that tells how it ends, or all that it does. Their variables hold the call that is recorded (F), what the body
 * returns (R), and what it waits for (V). Values are assigned as `(0, value)`: else an anonymous function would get the name of the variable.
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
    /** Between `return` and its value. */
    returned: ` ${result}=(0,`,
    returnedNothing: ` ${result}=void 0`,
    end,
    awaitStart: `(${value}=`,
    /** The same at the start of a statement, where a parenthesis could go on with the statement before. */
    statementAwait: `;/*${name}*/(${value}=`,
    /** Behind `await`. */
    value: `(${value}=(0,`,
    awaitEnd: `${end},${call}&&${call}.suspend(),${value}),${call}&&${call}.resume(),${value})`,
    /** In front of a loop over a name. */
    loop: (over: string) => `${call}&&${call}.loop(${over});`,
    /** At the start of a `catch` or `finally`. */
    resume: `${call}&&${call}.resume();`,
    /** `catch({ a }){}` becomes `catch(error){resume;let { a }=(error);{}}`: nothing moves to another line. */
    caught: `${error}){${call}&&${call}.resume();let `,
    caughtValue: `=(${error}`,
    caughtBody: `;/*${name}*/`,
    caughtEnd: `/*${name}*/}`,
  } as const;
}

const HEAD = String.raw`let \$dumboF\d+,\$dumboR\d+,\$dumboV\d+;if\(typeof \$dumbo\d+==="function"&&\(\$dumboF\d+=\$dumbo\d+\([^()]*\)\)===true\)return \$dumbo\.value;try\{`;
const CAUGHT = String.raw`\}catch\(\$dumboE\d+\)\{\$dumboF\d+&&\$dumboF\d+\.fail\(\$dumboE\d+\);throw \$dumboE\d+\}finally\{if\(\$dumboF\d+&&\$dumboF\d+\.end\(\$dumboR\d+\)\)return\}`;
const END = String.raw`\/\*\$dumbo\d+\*\/\)`;

/** Matches each piece, longer ones first. The first number in a piece is that of its site. */
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
/** Each piece has such a name, and most texts have none: to look for a name is much faster than to look for all pieces. */
const PIECE_NAME = /\$dumbo[EFRV]?\d/;
const NAMED = `function ${HELD}`;

/** A function's text as in its source: without anything that the rewrite has added. */
export function originalText(text: string): string {
  return unguardedText(text).replace(LOOKS, "$1").replace(PROBES, "").replace(SCOPE_STARTS, "");
}

/**
 * The text by which a function is recognised: without its guard, which it may lose, without a name that the rewrite gave it, without
 * pipelines, and without what hands over private members, but with its probes. The same text without probes is another function: nothing would tell what its calls do.
 */
export function unguardedText(text: string): string {
  const told = text.includes(TOLD_IMPORT) ? text.replace(TOLD_IMPORTS, "import") : text;
  const guarded = told.includes(PIPELINE_MARK) ? told.replace(PIPELINE_PIECES, "") : told;
  const bare = withoutGuards(guarded);
  const named = bare.includes(PRIVATES_END) ? bare.replace(PRIVATE_BLOCKS, "") : bare;
  return named.includes(NAMED) ? named.replace(NAMED, "function") : named;
}

/** Takes guards out of rewritten text, with the semicolon that follows a directive. */
export function withoutGuards(text: string, isOmitted: (site: number) => boolean = () => true): string {
  if (!text.includes(MARK) || !PIECE_NAME.test(text)) return text;
  return text.replace(GUARD, (guard) => (isOmitted(Number(/\d+/.exec(guard)?.[0])) ? "" : guard));
}
