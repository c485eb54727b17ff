/** Options and their errors, parameters by name, and the types of what is memoized: nothing of this starts dumbo. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as library from "../../loader/index.ts";
import { context, tweak } from "../../src/api/context.ts";
import type * as declared from "../../src/api/declared.ts";
import type { Memoized, Missing, Queries } from "../../src/api/declared.ts";
import { memo } from "../../src/api/memo.ts";
import { failed, returned, unwrap } from "../../src/api/outcome.ts";
import { parameterNames } from "../../src/api/parameters.ts";

test("what is exported is what is declared", () => {
  const all: Omit<typeof declared, "default"> = library;
  assert.deepEqual(Object.keys(all).sort(), [
    "cell",
    "commit",
    "context",
    "dependencies",
    "dependencyGraph",
    "dependents",
    "envVar",
    "extraState",
    "fileContents",
    "fileOf",
    "group",
    "ignored",
    "memo",
    "missing",
    "ttl",
    "tweak",
    "withSeed",
  ]);
});

test("options that mean nothing are errors at once", () => {
  const f = (a: number, b: number) => a + b;
  const wrong: [object, RegExp][] = [
    [{ tll: 1 }, /no option "tll"/],
    [{ ttl: -1 }, /ttl has to be a number/],
    [{ ttl: Number.NaN }, /ttl has to be a number/],
    [{ staleWhileRevalidate: 1 }, /needs ttl/],
    [{ ignore: ["c"] }, /no parameter "c"/],
    [{ ignore: [-1] }, /positions from 0/],
    [{ ignore: [0], key: () => 1 }, /exclude each other/],
    [{ keep: true }, /keep has to be a function/],
    [{ cacheErrors: 1 }, /cacheErrors has to be a function/],
    [{ verify: 2 }, /verify has to be from 0 to 1/],
    [{ group: {} }, /made by group/],
    [{ group: library.group(), store: "x" }, /exclude each other/],
    [{ state: [1] }, /state takes a list/],
    [{ minTime: "1" }, /minTime has to be a number/],
  ];
  for (const [options, message] of wrong)
    assert.throws(() => memo(f, options as object), { name: "TypeError", message });
  assert.throws(
    () =>
      memo(
        (
          () => () =>
            1
        )(),
        { version: 1 },
      ),
    /needs name/,
  );
  assert.throws(() => memo(function* () {} as never), /no generator/);
});

test("a group says what it cannot be", () => {
  assert.throws(() => library.group({ dir: "" }), /dir has to be a path/);
  assert.throws(() => library.group({ maxSize: 5 }), /needs dir/);
  assert.throws(() => library.group({ dri: "x" } as object), /no option "dri"/);
  const sent = structuredClone(library.group({ dir: "x" }));
  assert.deepEqual({ ...library.group(sent) }, sent, "what another thread is sent makes the same");
});

test("parameters are found by their names", () => {
  const cases: [declared.AnyFunction, string[]][] = [
    [(a: number) => a, ["a"]],
    [async (a: number, b: number) => a + b, ["a", "b"]],
    [
      function named(a: number, b = [1, 2], ...c: number[]) {
        return [a, b, c];
      } as declared.AnyFunction,
      ["a", "b", "c"],
    ],
    [
      {
        method(x: number, { y }: { y: number }, z: number) {
          return [x, y, z];
        },
      }.method as declared.AnyFunction,
      ["x", "", "z"],
    ],
    [() => 1, [""]],
    [Math.max, [""]],
  ];
  for (const [fn, names] of cases) assert.deepEqual(parameterNames(fn), names, String(fn));
});

test("outcomes give back what was returned or thrown", () => {
  assert.equal(unwrap(returned(5)), 5);
  assert.throws(
    () => unwrap(failed("text")),
    (thrown) => thrown === "text",
  );
  class Own extends RangeError {
    readonly code = 7;
  }
  const error = new Own("message", { cause: 1 });
  assert.throws(
    () => unwrap(failed(error)),
    (thrown: unknown) =>
      thrown instanceof Own &&
      thrown !== error &&
      thrown.code === 7 &&
      thrown.message === "message" &&
      thrown.cause === 1,
  );
});

test("a memoized function has the type, the name and the length of the function", () => {
  function overloaded(x: number): number;
  function overloaded(x: string): string;
  function overloaded(x: number | string): number | string {
    return x;
  }
  const f = memo(overloaded);
  const number: number = f(1);
  const text: string = f("a");
  assert.deepEqual([number, text, f.name, f.length], [1, "a", "overloaded", 1]);
  const later: Memoized<(x: number) => Promise<string>> = memo(async (x: number) => String(x));
  const expression = memo(function expression(x: number) {
    return x + 1;
  });
  const plain: (x: number) => number = expression;
  assert.equal(plain.name, "expression");
  const called = () => expression(1) + plain(2);
  assert.equal(typeof called, "function");
  const peeked: () => string | Missing = () => later.peek(1);
  const onObject: Queries<(this: { k: number }, x: number) => number> = memo(function (this: { k: number }, x: number) {
    return this.k + x;
  }).of({ k: 1 });
  // @ts-expect-error an argument of another type
  const wrong = () => later(1, "b");
  // @ts-expect-error `keep` gets what the promise is of
  const alsoWrong = () => memo(async (x: number) => x, { keep: (result: Promise<number>) => Boolean(result) });
  assert.equal([peeked, onObject, wrong, alsoWrong].length, 4);
});

test("tweaks have the types of the calls that they override", () => {
  const rate = memo((currency: string, day?: number) => (currency === "EUR" ? 1 : (day ?? 2)));
  const later = memo(async (x: number) => ({ x }));
  const onObject = memo(function (this: { k: number }, x: number) {
    return this.k + x;
  }).of({ k: 1 });
  const right = () => {
    context(() => {
      tweak(rate, ["EUR"], 2);
      tweak(rate, ["EUR", 3], 2);
      tweak(later, [1], { x: 2 });
      tweak(onObject, [1], 5);
    });
    const text: string = context(() => "text");
    const promise: Promise<number> = context(async () => 5);
    return [text, promise];
  };
  // @ts-expect-error a value of another type
  const wrong = () => tweak(rate, ["EUR"], "2");
  // @ts-expect-error an argument of another type
  const alsoWrong = () => tweak(rate, [1], 2);
  // @ts-expect-error an async function is tweaked to what its promise is of
  const promised = () => tweak(later, [1], Promise.resolve({ x: 2 }));
  assert.equal([right, wrong, alsoWrong, promised].length, 4);
});

test("a decorator takes methods, of TC39 and of TypeScript", () => {
  const decorate = memo({ ttl: 5 }) as (...args: unknown[]) => unknown;
  const method = {
    total(x: number) {
      return x;
    },
  }.total;
  const now = decorate(method, { kind: "method", name: "total" });
  assert.equal(typeof now, "function");
  const descriptor = decorate({}, "total", { value: method, writable: true, configurable: true, enumerable: false });
  assert.equal(typeof (descriptor as PropertyDescriptor).value, "function");
  assert.throws(() => decorate({}, "total", { get: () => 1 }), /decorates methods/);
  assert.throws(() => decorate(class {}, { kind: "class" }), /decorates methods/);
});
