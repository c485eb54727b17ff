// What keys of functions, classes and instances cost in this tree, beside another checkout of dumbo, interleaved in one process:
// node --import tsx bench/function-keys.ts OTHER_TREE
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { plainContext } from "../test/support/reach-context.ts";

type Source = typeof import("../src/key/key.ts") &
  typeof import("../src/key/reach-cache.ts") &
  typeof import("../src/code/live-module.ts") &
  typeof import("../src/code/registry.ts") &
  typeof import("../loader/transform/transform.ts") &
  typeof import("../audit/builtins/natives.ts");

const FILES = [
  "src/key/key.ts",
  "src/key/reach-cache.ts",
  "src/code/live-module.ts",
  "src/code/registry.ts",
  "loader/transform/transform.ts",
  "audit/builtins/natives.ts",
];

const SOURCE = `
function leaf(a) { let s = 0; for (let i = 0; i < a; i++) s += i; return s; }
function plain(a) { return leaf(a); }
${Array.from({ length: 20 }, (_, i) => `function part${i}(a) { return leaf(a + ${i}); }`).join("\n")}
function many(a) { return ${Array.from({ length: 20 }, (_, i) => `part${i}(a)`).join(" + ")}; }
class Base { base(a) { return leaf(a); } }
class Shape extends Base {
  constructor(side) { super(); this.side = side; }
  ${Array.from({ length: 9 }, (_, i) => `method${i}(a) { return leaf(a) + ${i}; }`).join("\n")}
  get area() { return this.side ** 2; }
  static of(side) { return new Shape(side); }
}
function old() {} 
old.prototype.run = function () { return 1; };
function constructs(a) { return new old().run() + leaf(a); }
function makes(a) { return Shape.of(leaf(a)).area; }
function takes(a) { return a; }
const rows = Array.from({ length: 1000 }, (_, i) => ({ id: i, name: "row " + i, place: { x: i / 3, y: -i } }));
const widths = Array.from({ length: 1000 }, (_, i) => [0, i / 7, 1, i]);
const names = Object.fromEntries(Array.from({ length: 500 }, (_, i) => ["name" + i, { i }]));
const made = Array.from({ length: 500 }, (_, i) => new Shape(i));
const calls = Array.from({ length: 500 }, () => function (a) { return a; });
function reads(a) { return [rows, widths, names, made, calls, leaf(a)]; }
exports.Shape = Shape; exports.leaf = leaf; exports.takes = takes;
exports.closures = Array.from({ length: 50 }, (_, i) => (a) => a);
`;

interface Subject {
  readonly name: string;
  readonly unit: string;
  readonly args: (exports: Record<string, never>) => unknown[];
}

const subjects: readonly Subject[] = [
  { name: "a plain function", unit: "plain", args: () => [3] },
  { name: "a function that reaches 21", unit: "many", args: () => [3] },
  { name: "a constructor in the old style", unit: "constructs", args: () => [3] },
  { name: "a class", unit: "makes", args: () => [3] },
  { name: "a large state that stays the same", unit: "reads", args: () => [3] },
  { name: "a class as a value", unit: "takes", args: ({ Shape }) => [Shape] },
  { name: "a function as a value", unit: "takes", args: ({ leaf }) => [leaf] },
  { name: "50 closures as values", unit: "takes", args: ({ closures }) => [closures] },
  {
    name: "an instance",
    unit: "takes",
    args: ({ Shape }) => [new (Shape as unknown as new (side: number) => object)(1)],
  },
  {
    name: "1,000 instances",
    unit: "takes",
    args: ({ Shape }) => [
      Array.from({ length: 1000 }, (_, i) => new (Shape as unknown as new (side: number) => object)(i)),
    ],
  },
];

async function load(root: URL): Promise<Record<string, () => void>> {
  // An older tree has fewer files.
  const parts = await Promise.all(FILES.map((file) => import(new URL(file, root).href).catch(() => ({}))));
  const { makeKey, ReachCache, Registry, LiveModule, transform, pureBuiltinName } = Object.assign(
    {},
    ...parts,
  ) as Source;
  const registry = new Registry();
  const reachCache = new ReachCache(
    registry,
    plainContext((fn, hint) => {
      const name = pureBuiltinName(fn);
      return name === null ? registry.identify(fn, hint) : { kind: "built-in", name };
    }),
  );
  const options = { scope: "user", assumed: [], assumedBuiltins: [], kind: "commonjs", sourceMap: false } as const;
  const made = transform(SOURCE, "m", options) as { code: string; manifest: unknown };
  const manifest = JSON.parse(JSON.stringify(made.manifest));
  let module: InstanceType<typeof LiveModule> | null = null;
  (globalThis as Record<PropertyKey, unknown>)[Symbol.for("dumbo")] = (
    id: string,
    url: string,
    _: unknown,
    get: never,
    set: never,
  ) => {
    module = new LiveModule({ id, url, get, set, assign: () => undefined }, () => manifest);
    registry.register(module);
    return { box: { value: undefined } };
  };
  const exports: Record<string, never> = {};
  vm.compileFunction(made.code, ["exports", "require", "module", "__filename", "__dirname"], {
    filename: "/m.js",
  }).call(exports, exports, null, { exports }, "/m.js", "/");
  const live = module as unknown as InstanceType<typeof LiveModule>;
  return Object.fromEntries(
    subjects.map(({ name, unit, args }) => {
      const found = live.unit(live.manifest?.units.findIndex((one) => one.name === unit) ?? -1);
      const given = args(exports);
      return [
        name,
        () => {
          const reach = reachCache.reach(found);
          if (reach.refusal) throw new Error(reach.refusal.reason.kind);
          makeKey({ name: unit, reach, self: undefined, args: given, levels: undefined }, reachCache, 1e7);
        },
      ];
    }),
  );
}

const here = await load(new URL("../", import.meta.url));
const other = process.argv[2] === undefined ? null : await load(pathToFileURL(`${process.argv[2]}/`));

/** Nanoseconds of processor time. */
function measure(work: () => void, count: number): number {
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / count) * 1000;
}

for (const { name } of subjects) {
  const work = here[name] as () => void;
  measure(work, 3000);
  const count = Math.ceil(3e7 / measure(work, 1000));
  if (other) measure(other[name] as () => void, 3000);
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 20; round++) {
    best[0] = Math.min(best[0] as number, measure(work, count));
    if (other) best[1] = Math.min(best[1] as number, measure(other[name] as () => void, count));
  }
  const [mine, theirs] = best as [number, number];
  const beside = other ? `, there ${theirs.toFixed(0)} ns: ${(mine / theirs).toFixed(2)}` : "";
  console.log(`${name}: ${mine.toFixed(0)} ns${beside}`);
}
