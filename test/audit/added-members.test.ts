import assert from "node:assert/strict";
import { test } from "node:test";
import { isPlainMember } from "../../audit/builtins/added-members.ts";

const define = (holder: object, key: PropertyKey, property: PropertyDescriptor): string | symbol => {
  Object.defineProperty(holder, key, { configurable: true, ...property });
  return typeof key === "number" ? String(key) : key;
};

test("what can be a part of keys: values under names and symbols that nobody looks for", () => {
  class Base {}
  for (const key of ["last", "groupBy", "Z", Symbol("own"), Symbol.for("shared")])
    assert.ok(isPlainMember(Base.prototype, define(Base.prototype, key, { value: 1 })), String(key));
});

test("what cannot: accessors, indices, names and symbols that the language, Node or dumbo looks for", () => {
  class Base {}
  const keys = ["toJSON", "then", "code", "constructor", 0, "12", Symbol.iterator, Symbol.toPrimitive];
  for (const key of [...keys, Symbol.for("nodejs.util.inspect.custom"), Symbol.for("dumbo.key")])
    assert.ok(!isPlainMember(Base.prototype, define(Base.prototype, key, { value: 1 })), String(key));
  assert.ok(!isPlainMember(Base.prototype, define(Base.prototype, "first", { get: () => 1 })));
});

test("nothing on Object.prototype can: all objects inherit from it, dumbo's own as well", (t) => {
  const key = define(Object.prototype, "extraForTest", { value: 1 });
  t.after(() => Reflect.deleteProperty(Object.prototype, key));
  assert.ok(!isPlainMember(Object.prototype, key));
});
