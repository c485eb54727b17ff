/** Expressions of a sort, from a tape. They read anything and change nothing but through calls. */
import { functionTwins, lookAtFunction } from "./functions.ts";
import type { Tape } from "./tape.ts";
import { type Callable, type Class, Env, type Sort, type Variable } from "./world.ts";

type Make = () => string;

const NUMBERS = ["1", "2", "0", "3", "-0", "NaN", "0.5", "-1", "Infinity", "1e21", "4294967296"];
const STRINGS = ['"a"', '""', '"b"', '"1"', '"ab"', '"\\ud800"', '"undefined"', '"__proto__"'];
const BIGS = ["1n", "0n", "-1n", "18446744073709551616n"];
const ODDS = ["undefined", "null", "true", "false", 'Symbol.for("s")', "Symbol.iterator"];
const PATTERNS = ["/a/g", "/a/", "/b|a/y"];
/** Some more often than others: values with an inside are what goes wrong. */
export const SORTS: readonly Sort[] = [
  ...(["num", "obj", "list", "map", "obj", "list", "num", "obj", "str", "set"] as const),
  ...(["fn", "obj", "big", "date", "re", "bytes"] as const),
];

/** An expression of a sort. @param depth how much deeper it may nest */
export function expression(sort: Sort, tape: Tape, env: Env, depth: number): string {
  const literal = () => makeLiteral(sort, tape, env, depth - 1);
  const variables = env.of(sort);
  if (depth <= 0) return variables.length > 0 && tape.next(5) > 0 ? tape.pick(variables).text : literal();
  const choices: Make[] = [literal];
  if (variables.length > 0) {
    const read = () => tape.pick(variables).text;
    choices.push(...new Array<Make>(12).fill(read));
  }
  choices.push(...(OPERATIONS[sort]?.(tape, env, depth - 1) ?? []));
  for (const callable of callables(sort, env)) {
    const call = () => makeCall(callable, tape, env, depth - 1) ?? literal();
    choices.push(call, call);
  }
  if (depth > 1) {
    choices.push(() => {
      const test = condition(tape, env, depth - 1);
      return `(${test} ? ${expression(sort, tape, env, depth - 1)} : ${expression(sort, tape, env, depth - 1)})`;
    });
  }
  return tape.pick(choices)();
}

export function condition(tape: Tape, env: Env, depth: number): string {
  const num = () => expression("num", tape, env, depth - 1);
  const any = () => expression("any", tape, env, depth - 1);
  return tape.pick<Make>([
    () => `${num()} < ${num()}`,
    () => `Object.is(${num()}, ${num()})`,
    () => `${any()} === ${any()}`,
    () => `${expression("list", tape, env, depth - 1)}.includes(${any()})`,
    () => `"b" in ${expression("obj", tape, env, depth - 1)}`,
    () => `typeof ${any()} === "number"`,
  ])();
}

/** Two values that a careless key takes for one. */
export function twins(sort: Sort, tape: Tape): readonly [string, string] | null {
  if (sort === "fn" && tape.next(4) > 0) return functionTwins(tape);
  const pairs = TWINS[sort];
  return pairs ? tape.pick(pairs) : null;
}

const TWINS: Partial<Record<Sort, readonly (readonly [string, string])[]>> = {
  num: [
    ["0", "-0"],
    ["1", '"1"'],
    ["NaN", "undefined"],
    ["1", "1n"],
    ["1", "true"],
    ["0.1", "0.2"],
  ],
  str: [
    ['"1"', "1"],
    ['""', "null"],
    ['"undefined"', "undefined"],
  ],
  list: [
    ["[1, , 2]", "[1, undefined, 2]"],
    ["[0]", "[-0]"],
    ["[1]", "Object.freeze([1])"],
    ["[]", "Object.freeze([])"],
    ["[]", "{}"],
    ["[[1], 2]", "[1, [2]]"],
    ["[1]", "Object.seal([1])"],
    ["[1]", 'Object.defineProperty([1], "length", { writable: false })'],
    ["[1]", "Object.defineProperty([1], 0, { enumerable: false })"],
    ["[1, ,]", "[1]"],
    ["[1]", "Object.assign([1], { name: 1 })"],
    ['[Symbol.for("s")]', '[Symbol("s")]'],
    ["Array.from({ length: 1100 }, (_, i) => i)", "Array.from({ length: 1100 }, (_, i) => (i === 900 ? -0 : i))"],
  ],
  obj: [
    ["{ a: 1, b: 2, items: [] }", "{ b: 2, a: 1, items: [] }"],
    ["{ a: 1, items: [] }", "{ a: 1, b: undefined, items: [] }"],
    ["{ a: 1, items: [] }", "Object.freeze({ a: 1, items: [] })"],
    ["{ a: 1, items: [] }", "Object.preventExtensions({ a: 1, items: [] })"],
    ["{ a: -0, items: [] }", "{ a: 0, items: [] }"],
    ["{ a: 1, items: [] }", "Object.assign(Object.create(null), { a: 1, items: [] })"],
    ["{ a: 1, items: [] }", 'Object.defineProperty({ a: 1, items: [] }, "a", { enumerable: false })'],
    ["{ a: 1, items: [] }", 'Object.defineProperty({ a: 1, items: [] }, "a", { writable: false })'],
    ["{ a: 1, items: [] }", 'Object.defineProperty({ a: 1, items: [] }, "a", { configurable: false })'],
    ["{ a: 1, items: [] }", "Object.seal({ a: 1, items: [] })"],
    ["Object.seal({ a: 1, items: [] })", "Object.freeze({ a: 1, items: [] })"],
    ["{ a: 1, items: [] }", "Object.setPrototypeOf({ a: 1, items: [] }, { deep: 1 })"],
    [
      "Object.setPrototypeOf({ a: 1, items: [] }, { deep: 2 })",
      "Object.setPrototypeOf({ a: 1, items: [] }, { deep: 1 })",
    ],
    ["{ a: 1, items: [], [Symbol.for('s')]: 1 }", "{ a: 1, items: [], [Symbol('s')]: 1 }"],
  ],
  map: [
    ['new Map([["k", 1], ["a", 2]])', 'new Map([["a", 2], ["k", 1]])'],
    ["new Map()", "new Set()"],
  ],
  set: [
    ["new Set([1, 2])", "new Set([2, 1])"],
    ["new Set([0])", "new Set([null])"],
  ],
  re: [
    ["/a/g", "/a/"],
    ["/a/g", "Object.assign(/a/g, { lastIndex: 1 })"],
    ["/a/g", "Object.freeze(/a/g)"],
    ["/a/", "/b/"],
  ],
  bytes: [
    ["new Uint8Array([1, 1])", "Buffer.alloc(2, 1)"],
    ["new Uint8Array(2)", "new Int8Array(2)"],
    ["new Uint8Array(2)", "new Uint8ClampedArray(2)"],
    ["new Uint8Array(4).subarray(0, 2)", "new Uint8Array(4).subarray(2)"],
    ["new Uint8Array([1, 2, 3]).subarray(0, 2)", "new Uint8Array([1, 2, 4]).subarray(0, 2)"],
  ],
  big: [
    ["1n", "1"],
    ["0n", "-1n"],
  ],
  date: [["new Date(0)", "new Date(NaN)"]],
  fn: [
    ["((w) => w)", "((w) => -w)"],
    ["((w) => [w])", "((w) => [w, w])"],
  ],
};

/** A value that is made on the spot. */
export function makeLiteral(sort: Sort, tape: Tape, env: Env, depth: number): string {
  const num = () => (depth > 0 ? expression("num", tape, env, depth - 1) : tape.pick(NUMBERS));
  const any = () => (depth > 0 ? expression("any", tape, env, depth - 1) : tape.pick(ODDS));
  const list = () => (depth > 0 ? expression("list", tape, env, depth - 1) : "[]");
  switch (sort) {
    case "num":
      return tape.pick(NUMBERS);
    case "str":
      return tape.pick(STRINGS);
    case "big":
      return tape.pick(BIGS);
    case "re":
      return tape.pick(PATTERNS);
    case "date":
      return `new Date(${tape.pick(["0", "86400000", "NaN"])})`;
    case "bytes":
      return tape.pick<Make>([
        () => `new Uint8Array([${num()}, 2])`,
        () => "new Float64Array([-0, NaN])",
        () => "new Uint8Array(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2)",
        () => "Buffer.alloc(2, 1)",
      ])();
    case "list":
      return tape.pick<Make>([
        () => `[${num()}]`,
        () => `[${any()}, ${num()}]`,
        () => "[]",
        () => `[${num()}, , ${any()}]`,
        () => `[${list()}, ${any()}]`,
        () => `Object.freeze([${num()}])`,
        () => `Object.assign([${num()}], { name: ${any()} })`,
      ])();
    case "obj":
      return tape.pick<Make>([
        () => `{ a: ${num()}, b: ${any()}, items: ${list()} }`,
        () => `{ items: ${list()}, b: ${any()}, a: ${num()} }`,
        () => `{ a: ${num()}, items: [] }`,
        () => `Object.freeze({ a: ${num()}, b: ${any()}, items: ${list()} })`,
        () => `{ a: ${num()}, get b() { return this.a; }, items: ${list()} }`,
        () => `Object.assign(Object.create(null), { a: ${num()}, items: ${list()} })`,
        () => `{ a: ${num()}, b: undefined, items: [], [Symbol.for("s")]: ${any()} }`,
      ])();
    case "map":
      return `new Map([[${any()}, ${any()}], ["k", ${num()}]])`;
    case "set":
      return `new Set([${num()}, ${any()}])`;
    case "fn":
      return closure(tape, env.with({ below: 0 }), depth);
    case "any":
      return tape.once(3) ? tape.pick(ODDS) : expression(tape.pick(SORTS), tape, env, depth);
    default:
      return makeInstance(sort, tape, env, depth);
  }
}

function makeInstance(sort: Sort, tape: Tape, env: Env, depth: number): string {
  const found = env.world.classes.find(({ index }) => sort === `K${index}`);
  if (!found) return "null";
  return `new ${found.name}(${expression("num", tape, env, depth - 1)}, ${expression("list", tape, env, depth - 1)})`;
}

/** An arrow function of one number, closed over what is around it. */
function closure(tape: Tape, env: Env, depth: number): string {
  const name = env.fresh("w");
  // One that calls others could come to call itself.
  const variables = env.variables.filter(({ sort }) => sort !== "fn");
  const inner = new Env({ ...env, isAsync: false, times: env.times * 4, variables }).with({}, [
    { text: name, sort: "num", kind: "local" },
  ]);
  return `((${name}) => (${expression("num", tape, inner, Math.min(depth, 2))}))`;
}

/** What can be called for a value of a sort. */
function callables(sort: Sort, env: Env): (Callable & { on?: Class })[] {
  const fits = ({ result, kind, changes }: Callable) =>
    (kind === "generator" ? sort === "list" : result === sort) &&
    (kind !== "async" || env.isAsync) &&
    (env.changes || !changes);
  const functions = env.world.functions.filter((fn) => fn.index < env.below && fits(fn));
  if (env.below < 2) return functions;
  const methods = env.world.classes.flatMap((on) => [
    ...on.methods.filter(fits).map((method) => ({ ...method, on })),
    ...on.statics.filter(fits),
  ]);
  return [...functions, ...methods];
}

/** A call, or null when the program would get too long. */
export function makeCall(callable: Callable & { on?: Class }, tape: Tape, env: Env, depth: number): string | null {
  if (!env.afford(callable)) return null;
  const { on } = callable;
  const target = on ? `${expression(`K${on.index}`, tape, env, depth)}.` : "";
  const call = `${target}${callable.call}(${makeArguments(callable, tape, env, depth).join(", ")})`;
  if (callable.kind === "async") {
    env.counter.waitsForCalls = true;
    return `(await ${call})`;
  }
  return callable.kind === "generator" ? `[...${call}]` : call;
}

/** Arguments for a call; the same object for two parameters now and then. */
export function makeArguments({ params }: Callable, tape: Tape, env: Env, depth: number): string[] {
  const made = new Map<Sort, string>();
  const texts: string[] = [];
  for (const { sort, form } of params) {
    if (form === "default" && tape.once(2)) break;
    const before = made.get(sort);
    const text = before !== undefined && tape.once(3) ? before : expression(sort, tape, env, depth);
    made.set(sort, text);
    texts.push(form === "rest" ? `...${text}` : text);
  }
  return texts;
}

/** A list that tells much of what is around: copies that keep order, holes, -0 and sharing, and what copies lose. */
export function observe(tape: Tape, env: Env, depth: number): string {
  if (tape.once(4)) {
    const looks = [lookAtFunction(tape, env), lookAtFunction(tape, env)];
    if (looks[0] !== null) return `[${looks.join(", ")}, ${expression("any", tape, env, depth)}]`;
  }
  const seen = env.variables.filter(({ sort }) => sort !== "fn" && sort !== "any");
  if (seen.length === 0) return `[${expression("any", tape, env, depth)}]`;
  const params = seen.filter(({ kind }) => kind === "param");
  const choose = () => tape.pick(params.length > 0 && tape.next(3) > 0 ? params : seen);
  const [one, other] = [choose(), choose()];
  const parts: Make[] = [
    () => (one.sort === "num" ? `1 / ${one.text}` : `structuredClone([${one.text}, ${other.text}])`),
    () => `Object.isFrozen(${one.text})`,
    () => `Object.isExtensible(${one.text})`,
    () => `Object.isSealed(${one.text})`,
    () => `Object.keys(Object(${one.text})).join()`,
    () =>
      `Object.values(Object.getOwnPropertyDescriptors(Object(${one.text}))).map((d) => [d.writable, d.enumerable, d.configurable].join()).join(";")`,
    () => `Object(${one.text}).deep`,
    () => `[...new Set([...Object.keys(Object(${one.text})), 0])].length`,
    () => `${one.text} === ${other.text}`,
    () => (one.sort === "re" ? `${one.text}.lastIndex` : `${other.text}`),
    () => `Object.getOwnPropertyNames(Object(${one.text})).join()`,
    () => expression("num", tape, env, depth),
  ];
  const called = env.world.functions.filter(
    ({ index, kind, changes }) => index < env.below && kind === "sync" && (env.changes || !changes),
  );
  // Whether two that look alike are one.
  const alike = params.find(({ sort, text }) => params.some((two) => two.sort === sort && two.text !== text));
  const twin = params.find(({ sort, text }) => sort === alike?.sort && text !== alike.text);
  if (alike && twin) {
    const tell: Make = () => `${alike.text} === ${twin.text}`;
    parts.push(tell, () => `structuredClone([${alike.text}, ${twin.text}])`, tell);
  }
  // Which one it is, of those that have the same code.
  const callbacks = env.variables.filter(({ sort, kind }) => sort === "fn" && kind === "param");
  for (const { call } of env.world.functions) {
    for (const { text } of callbacks) parts.push(...new Array<Make>(3).fill(() => `${text} === ${call}`));
  }
  const instances = env.variables.filter(({ sort, kind }) => sort.startsWith("K") && kind === "param");
  for (const { name } of env.world.classes) {
    for (const { text } of instances) parts.push(...new Array<Make>(3).fill(() => `${text} instanceof ${name}`));
  }
  for (const callable of called) {
    const call = () => makeCall(callable, tape, env, depth) ?? "0";
    parts.push(call, call);
  }
  const first = called.length > 0 && tape.next(2) === 0 ? makeCall(tape.pick(called), tape, env, depth) : null;
  return `[${first ?? tape.pick(parts)()}, ${tape.pick(parts)()}]`;
}

/** What yields a value of a sort, besides literals, variables and calls. */
const OPERATIONS: Partial<Record<Sort, (tape: Tape, env: Env, depth: number) => Make[]>> = {
  num: (tape, env, depth) => {
    const make = (sort: Sort) => expression(sort, tape, env, depth);
    return [
      () => `(${make("num")} ${tape.pick(["+", "-", "*", "%"])} ${make("num")})`,
      () => `${make("list")}.length`,
      () => `${make("obj")}.a`,
      () => `${make("map")}.size`,
      () => `${make("set")}.size`,
      () => `${make("bytes")}[0]`,
      () => `${make("date")}.getTime()`,
      () => `${make("re")}.lastIndex`,
      () => `Number(${make("str")})`,
      () => `Math.max(${make("num")}, ${make("num")})`,
      () => `${make("list")}.reduce((t, x) => t + (typeof x === "number" ? x : 1), 0)`,
      () => `${make("fn")}(${make("num")})`,
      ...env.world.classes.map((one) => () => `${make(`K${one.index}`)}.n`),
      ...env.world.classes.map((one) => () => `${one.name}.count`),
    ];
  },
  str: (tape, env, depth) => {
    const make = (sort: Sort) => expression(sort, tape, env, depth);
    return [
      () => `(typeof ${make("any")})`,
      () => `\`\${${make("num")}}!\``,
      () => `${make("obj")}.items.map((x) => typeof x).join()`,
      () => `Object.keys(${make("obj")}).join()`,
      () => `${make("str")}.slice(1)`,
      () => `String(${make("re")}.test("aba"))`,
      () => `Object.prototype.toString.call(${make("any")})`,
    ];
  },
  list: (tape, env, depth) => {
    const make = (sort: Sort) => expression(sort, tape, env, depth);
    return [
      ...new Array<Make>(8).fill(() => observe(tape, env, depth)),
      () => `[...${make("list")}, ${make("any")}]`,
      () => `${make("obj")}.items`,
      () => `[...${make("map")}]`,
      () => `[...${make("set")}]`,
      () => `${make("list")}.map(${make("fn")})`,
      () => `${make("list")}.slice(1)`,
      () => `${make("list")}.filter((x) => x !== ${expression("any", tape, env.with({ isAsync: false }), depth)})`,
      () => `Object.entries(${make("obj")})`,
      () => `structuredClone([${make("num")}, ${make("str")}])`,
      ...shared(tape, env.variables),
      ...env.world.classes.map((one) => () => `${make(`K${one.index}`)}.items`),
    ];
  },
  obj: (tape, env, depth) => {
    const make = (sort: Sort) => expression(sort, tape, env, depth);
    return [
      () => `{ ...${make("obj")}, a: ${make("num")} }`,
      () => `Object.assign({}, ${make("obj")}, { b: ${make("any")} })`,
      () => `[${make("obj")}, ${make("obj")}][${tape.pick(["0", "1"])}]`,
    ];
  },
  map: (tape, env, depth) => [() => `new Map(${expression("map", tape, env, depth)})`],
  set: (tape, env, depth) => [() => `new Set(${expression("list", tape, env, depth)})`],
  big: (tape, env, depth) => [() => `(${expression("big", tape, env, depth)} + 1n)`],
  bytes: (tape, env, depth) => [
    () => `${expression("bytes", tape, env, depth)}.subarray(1)`,
    () => `Uint8Array.from(${expression("bytes", tape, env, depth)})`,
  ],
  date: (tape, env, depth) => [() => `new Date(${expression("date", tape, env, depth)}.getTime() + 1)`],
  fn: (tape, env, depth) => [() => closure(tape, env, depth)],
  any: (tape, env, depth) => {
    const make = (sort: Sort) => expression(sort, tape, env, depth);
    return [
      ...SORTS.map((sort) => () => make(sort)),
      () => `${make("obj")}.b`,
      () => `${make("map")}.get("k")`,
      () => `${make("list")}[0]`,
      ...env.variables.slice(0, 6).map(
        ({ text }) =>
          () =>
            text,
      ),
      ...env.world.classes.map((one) => () => make(`K${one.index}`)),
    ];
  },
};

/** One object in two places. */
function shared(tape: Tape, variables: readonly Variable[]): Make[] {
  const objects = variables.filter(({ sort }) => sort === "obj" || sort === "list" || sort === "map");
  if (objects.length === 0) return [];
  return [
    () => {
      const { text } = tape.pick(objects);
      return `[${text}, ${text}]`;
    },
  ];
}
