/** `"use memo"` and `"no memo"`: which functions get a guard, and what their sites say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { transform } from "../../loader/transform/transform.ts";

function sitesOf(source: string) {
  const options = {
    scope: "user",
    assumed: [],
    assumedBuiltins: [],
    leavesSlight: true,
    kind: "module",
    sourceMap: false,
  } as const;
  const made = transform(source, "id", options);
  if (!("manifest" in made)) throw new Error("the source is left alone");
  const { sites, refusals } = made.manifest;
  return {
    sites: sites.map(({ name, wanted }) => [name, wanted === true]),
    refused: refusals.map(({ name, reason }) => [name, reason.kind]),
  };
}

test("what says that it is to be memoized gets a guard, however small it is", () => {
  const { sites, refused } = sitesOf(`
    export function small(x) { return x + 1; }
    export function wanted(x) { "use memo"; return x + 1; }
    export function among(x) { "use strict"; 'use memo'; return x + 1; }
    export function late(x) { x++; "use memo"; return x + 1; }
    export function large(x) { for (let i = 0; i < 9; i++) x += i; return x; }
    export function left(x) { "no memo"; for (let i = 0; i < 9; i++) x += i; return x; }
  `);
  assert.deepEqual(sites, [
    ["wanted", true],
    ["among", true],
    ["large", false],
  ]);
  assert.deepEqual(refused, [
    ["small", "too-small"],
    ["late", "too-small"],
    ["left", "no-memo"],
  ]);
});

test("what forbids caching goes before what is wanted", () => {
  const { sites, refused } = sitesOf(`
    export function clock() { "use memo"; return Date.now(); }
    export function* steps() { "use memo"; yield 1; }
  `);
  assert.deepEqual(sites, []);
  assert.deepEqual(
    refused.map(([name]) => name),
    ["clock", "steps"],
  );
});
