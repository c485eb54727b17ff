/** Module-level declarations: state, functions in their many shapes, classes. */
import { makeLiteral, SORTS } from "./expressions.ts";
import { reshapeAtOnce, type Sight } from "./functions.ts";
import type { Declared } from "./spec.ts";
import { leave, type Purpose, statement } from "./statements.ts";
import { Tape } from "./tape.ts";
import {
  type Callable,
  type Class,
  Env,
  type Fn,
  newCounter,
  type Param,
  type Sort,
  type State,
  type Variable,
  type World,
} from "./world.ts";

/** A declaration as it stands in its module. */
export interface Declaration {
  readonly module: number;
  readonly text: string;
}

const RESULTS: readonly Sort[] = [
  ...(["num", "list", "obj", "list", "any", "list", "map", "obj", "str", "list"] as const),
  ...(["fn", "set", "bytes", "date"] as const),
];

/** What a function finds in a binding that leads elsewhere later is the hardest to get right. */
const STATE_SORTS: readonly Sort[] = [...SORTS, "fn", "fn"];

export function stateVariables(world: World): Variable[] {
  return world.states.map(({ name, sort }) => ({ text: name, sort, kind: "state" }));
}

function newEnv(world: World, module: number, below: number, variables: readonly Variable[], flags: Flags): Env {
  return new Env({
    own: [],
    world,
    module,
    below,
    variables: [...variables],
    counter: newCounter(),
    times: 1,
    ...flags,
  });
}
type Flags = Pick<Env, "isAsync" | "changes"> & Partial<Pick<Env, "own">>;

export function declareState(world: World, values: readonly number[], modules: number): [State, Declaration] {
  const tape = new Tape(values);
  const index = world.states.length;
  const state: State = {
    name: `s${index}`,
    sort: tape.pick(STATE_SORTS),
    isLet: tape.next(2) === 0,
    module: tape.next(modules),
  };
  const { name, sort, module } = state;
  // What comes from another module may not be there yet, and what stands further down is not.
  const earlier = stateVariables({ ...world, states: world.states.filter((one) => one.module === module) });
  const env = newEnv(world, module, 0, earlier, { isAsync: false, changes: false });
  const noClasses = env.world.classes.length === 0 ? env : new Env({ ...env, world: { ...world, classes: [] } });
  const text = `export ${state.isLet ? "let" : "const"} ${name} = ${initial(sort, tape, noClasses, name)};`;
  // Only its own module can assign to it.
  const setter = `export function ${setterOf(state)}(value) { ${name} = value; }`;
  return [state, { module, text: state.isLet ? `${text}\n${setter}` : text }];
}

/** The name of the function that assigns to a state. */
export function setterOf({ name }: State): string {
  return `set_${name}`;
}

function initial(sort: Sort, tape: Tape, env: Env, name: string): string {
  if (sort !== "fn") return makeLiteral(sort, tape, env, 2);
  return tape.pick([
    () => makeLiteral(sort, tape, env, 2),
    // Closed over something that no binding of the module shows, constant or not.
    () => `(function make(k) { return (w) => w + k; })(${name.length})`,
    () => "(() => { let n = 0; return (w) => w + n++; })()",
    () => `((k, w) => k + w).bind(null, ${name.length})`,
    // Math.abs itself is everybody's: what one program does to it would keep all others of the batch from being cached.
    () => "Math.abs.bind(null)",
  ])();
}

/** Where a program puts its function: `f2` in an object is `o2.f2`. */
const STYLES = ["declaration", "arrow", "method", "expression", "own name"] as const;

/** The declaration of a function, which may call those before it. @param suffix makes its name unique in a process */
export function declareFunction(
  world: World,
  { head, body, result: last }: Declared,
  modules: number,
  suffix: string,
): [Fn, Declaration] {
  const tape = new Tape(head);
  const index = world.functions.length;
  const style = tape.pick(STYLES);
  const name = `f${index}${suffix}`;
  const module = tape.next(modules);
  const kind = tape.pick(["sync", "sync", "sync", "async", "sync", "generator"] as const);
  const changes = tape.once(4);
  const result = kind === "generator" ? "any" : tape.pick(RESULTS);
  const params = declareParams(tape, world, tape.next(4) === 3);
  const call = style === "method" ? `o${index}${suffix}.${name}` : name;
  const fn: Fn = { index, name, call, module, params, result, kind, changes, sees: [], waitsForCalls: false, cost: 1 };

  const self: Variable[] = style === "method" ? [{ text: "this.k", sort: "num", kind: "param" }] : [];
  const own: Sight[] = [];
  if (style === "own name") own.push({ text: "self", path: call }, { text: "self", path: call });
  if (style === "method") own.push({ text: `this.${name}`, path: call });
  const env = newEnv(world, module, index, [...paramVariables(params), ...self, ...stateVariables(world)], {
    isAsync: kind === "async",
    changes,
    own,
  });
  const counts = params[0]?.sort === "num" && params[0].form === "plain" && kind === "sync";
  const others = params.slice(1).map((param) => (param.form === "rest" ? `...${param.name}` : param.name));
  const purpose: Purpose = {
    result,
    isGenerator: kind === "generator",
    again: counts
      ? (smaller) => `${call}(${[smaller, ...others.filter((text) => !text.includes("_"))].join(", ")})`
      : null,
  };
  const block = declareBody(env, body, purpose, new Tape(last), tape.once(8));
  fn.cost = env.counter.cost * (block.includes(`${call}(`) ? 4 : 1);
  fn.sees = [...env.counter.seen];
  fn.waitsForCalls = env.counter.waitsForCalls;
  const text = dress(style, name, `o${index}${suffix}`, kind, signature(params, tape, env), block);
  return [fn, { module, text: tape.once(5) ? `${text}\n${reshapeAtOnce(call, tape)}` : text }];
}

function dress(
  style: (typeof STYLES)[number],
  name: string,
  holder: string,
  kind: Callable["kind"],
  params: string,
  block: string,
): string {
  const async = kind === "async" ? "async " : "";
  const star = kind === "generator" ? "*" : "";
  switch (style) {
    case "arrow":
      if (!star) return `export const ${name} = ${async}(${params}) => ${block};`;
      break;
    case "method":
      return `export const ${holder} = {\n  k: 1,\n  ${async}${star}${name}(${params}) ${block},\n};`;
    case "own name":
      return `export const ${name} = ${async}function${star} self(${params}) ${block};`;
    case "expression":
      return `export const ${name} = ${async}function${star} (${params}) ${block};`;
  }
  return `export ${async}function${star} ${name}(${params}) ${block}`;
}

function declareParams(tape: Tape, world: World, hasRest: boolean): Param[] {
  const sorts: readonly Sort[] = [...SORTS, ...world.classes.map(({ index }): Sort => `K${index}`)];
  const count = tape.next(4);
  const params: Param[] = [];
  for (let i = 0; i < count; i++) {
    const sort = i > 0 && tape.once(2) ? (params[0]?.sort ?? "num") : tape.pick(sorts);
    const form = sort === "obj" && tape.once(4) ? "pattern" : tape.once(5) ? "default" : "plain";
    params.push({ name: form === "pattern" ? `p${i}_` : `p${i}`, sort, form });
  }
  // A default in the middle would let the next argument take its place.
  const ordered = [...params].sort((a, b) => Number(a.form === "default") - Number(b.form === "default"));
  if (hasRest && !ordered.some(({ form }) => form === "default"))
    ordered.push({ name: "rest", sort: "list", form: "rest" });
  return ordered;
}

function paramVariables(params: readonly Param[]): Variable[] {
  return params.flatMap(({ name, sort, form }): Variable[] =>
    form === "pattern"
      ? [
          { text: `${name}a`, sort: "num", kind: "param" },
          { text: `${name}items`, sort: "list", kind: "param" },
        ]
      : [{ text: name, sort, kind: "param" }],
  );
}

function signature(params: readonly Param[], tape: Tape, env: Env): string {
  const plain = new Env({ ...env, variables: stateVariables(env.world), isAsync: false, below: 0 });
  return params
    .map(({ name, sort, form }) => {
      if (form === "rest") return `...${name}`;
      if (form === "pattern") return `{ a: ${name}a, items: ${name}items = [] }`;
      return form === "default" ? `${name} = ${makeLiteral(sort, tape, plain, tape.next(2))}` : name;
    })
    .join(", ");
}

function declareBody(env: Env, body: Declared["body"], purpose: Purpose, last: Tape, isBrief: boolean): string {
  // What has no loop and no call is not worth a guard; the others are to have one.
  const lines = isBrief ? [] : ["for (let i = 0; i < 2; i++);"];
  for (const values of body) lines.push(statement(new Tape(values), env, purpose, 1));
  lines.push(leave(last, env, purpose));
  return `{\n    ${lines.join("\n    ")}\n  }`;
}

/** The declaration of a class; its methods may call the first two functions. */
export function declareClass(
  world: World,
  { head, body }: Declared,
  modules: number,
  suffix: string,
): [Class, Declaration] {
  const tape = new Tape(head);
  const index = world.classes.length;
  const module = tape.next(modules);
  const before = world.classes.at(-1);
  const parent = before?.module === module && tape.next(2) === 0 ? before : null;
  const found: Class = { index, name: `K${index}${suffix}`, module, parent, methods: [], statics: [] };
  const lines = [`static count = ${tape.pick(["0", "1", "-0"])};`];
  if (tape.once(4)) lines.push("#secret = 1;", "peek() { return this.#secret++; }");
  const set = tape.pick(["this.n = n; this.items = items;", "this.items = items; this.n = n * 2;"]);
  lines.push(`constructor(n, items = []) { ${parent ? "super(n, items); this.k = n;" : set} }`);
  if (tape.once(2)) lines.push("get twice() { return this.n * 2; }");
  body.forEach((values, number) => {
    lines.push(declareMethod(world, found, new Tape(values), number));
  });
  const members = [found.name, ...found.methods.map(({ call }) => `${found.name}.prototype.${call}`)];
  const after = tape.once(5) ? `\n${reshapeAtOnce(tape.pick(members), tape)}` : "";
  const heritage = parent ? ` extends ${parent.name}` : "";
  return [found, { module, text: `export class ${found.name}${heritage} {\n  ${lines.join("\n  ")}\n}${after}` }];
}

function declareMethod(world: World, owner: Class, tape: Tape, number: number): string {
  const isStatic = tape.once(4);
  const params = declareParams(tape, world, false);
  const result = tape.pick(RESULTS);
  const kind = tape.once(6) ? "async" : "sync";
  const changes = tape.once(5);
  // Subclasses override the methods of their parents.
  const name = `m${number}`;
  const call = isStatic ? `${owner.name}.${name}` : name;
  const method: Callable = { call, params, result, kind, changes, sees: [], waitsForCalls: false, cost: 1 };
  const self: readonly Variable[] = isStatic
    ? [{ text: "this.count", sort: "num", kind: "param" }]
    : [
        { text: "this.n", sort: "num", kind: "param" },
        { text: "this.items", sort: "list", kind: "param" },
        { text: "this.twice", sort: "num", kind: "param" },
      ];
  const path = isStatic ? call : `${owner.name}.prototype.${name}`;
  const env = newEnv(world, owner.module, 2, [...paramVariables(params), ...self, ...stateVariables(world)], {
    isAsync: kind === "async",
    changes,
    own: [
      { text: `this.${name}`, path },
      { text: isStatic ? "this" : "this.constructor", path: owner.name },
    ],
  });
  const narrow = new Env({ ...env, below: Math.min(2, world.functions.length), world: { ...world, classes: [] } });
  const lines = ["for (let i = 0; i < 2; i++);"];
  const purpose: Purpose = { result, isGenerator: false, again: null };
  if (changes) lines.push(tape.pick(["this.n += 1;", "this.items?.push(1);", `${owner.name}.count += 1;`]));
  while (!tape.ended && lines.length < 4) lines.push(statement(tape, narrow, purpose, 1));
  const inherited = owner.parent?.methods.find((one) => one.call === name && one.kind === kind);
  if (inherited && !isStatic && tape.next(2) === 0) {
    lines.push(
      `const up = ${kind === "async" ? "await " : ""}super.${name}(${params
        .map((one) => one.name)
        .filter((text) => !text.endsWith("_"))
        .join(", ")});`,
    );
    narrow.variables.push({ text: "up", sort: inherited.result, kind: "local" });
  }
  lines.push(leave(tape, narrow, purpose));
  method.sees = [...narrow.counter.seen];
  method.waitsForCalls = narrow.counter.waitsForCalls;
  method.cost = narrow.counter.cost + (inherited?.cost ?? 0);
  (isStatic ? owner.statics : owner.methods).push(method);
  const text = `${name}(${signature(params, tape, narrow)}) {\n    ${lines.join("\n    ")}\n  }`;
  return `${isStatic ? "static " : ""}${kind === "async" ? "async " : ""}${text}`;
}

/** A value for the script: see expressions.ts. */
export function scriptEnv(world: World, variables: readonly Variable[]): Env {
  return newEnv(world, -1, world.functions.length, [...variables, ...stateVariables(world)], {
    isAsync: true,
    changes: true,
  });
}
