/**
 * State that is large and stays the same for many calls, and then changes in one thing: after each change, calls are computed
 * anew, and before it they are found. The state is shown as a program sees it, down to attributes and order.
 */
import { type Program, program } from "../program.ts";

const TABLES = `
  export class Shape {
    static count = 1;
    constructor(side) { this.side = side; }
    area() { return this.side * 2; }
  }
  export function Old(a) { this.a = a; }
  Old.prototype.run = function () { return this.a + 1; };
  export function tagged(a) { return a; }
  tagged.note = { text: "tagged" };
  const rows = [];
  for (let i = 0; i < 60; i++) rows.push({ id: i, name: "row " + i, place: { x: i / 3, y: -i } });
  const widths = {};
  for (let i = 65; i < 90; i++) widths[i] = [0, i / 7, 1, i];
  widths[9000] = [1.5, 2.5];
  const names = {};
  for (let i = 0; i < 300; i++) names["name" + i] = i;
  export const tables = {
    rows, widths, names,
    list: [{ x: 1 }, "two", null, , undefined],
    integers: [1, 2, 3],
    numbers: [0.5, NaN, -0, 4],
    map: new Map([["a", { x: 1 }], ["b", 2]]),
    set: new Set(["a", 3, "c"]),
    date: new Date(1000),
    pattern: /ab/g,
    bytes: new Uint8Array(300),
    shapes: [new Shape(1), new Shape(2)],
    old: new Old(1),
    below: Object.create({ above: { deep: 1 } }),
    frozen: Object.freeze({ inner: { y: 1 }, list: Object.freeze([{ z: 1 }]) }),
    plain: { a: 1, b: { c: 2 } },
    call: tagged,
    [Symbol.for("tables")]: 1,
  };
  export let current = tables.plain;
  export const setCurrent = (value) => { current = value; };
`;

/** Reads all of the tables that a program can see. */
const SHOW = `
  export function show(value, seen = new Map()) {
    if (Object.is(value, -0)) return "-0";
    if (typeof value === "symbol" || typeof value === "string") return JSON.stringify(String(value));
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return String(value);
    if (seen.has(value)) return "#" + seen.get(value);
    seen.set(value, seen.size);
    let text = Object.isFrozen(value) ? "F" : Object.isSealed(value) ? "S" : Object.isExtensible(value) ? "" : "X";
    if (value instanceof Map) for (const [key, item] of value) text += show(key, seen) + "=>" + show(item, seen) + ",";
    if (value instanceof Set) for (const item of value) text += show(item, seen) + ",";
    if (value instanceof Date) text += value.getTime();
    if (value instanceof RegExp) text += value.source + value.lastIndex;
    if (value instanceof Uint8Array) return text + value.join();
    for (const key of Reflect.ownKeys(value)) {
      const { enumerable, writable, configurable, value: held, get } = Object.getOwnPropertyDescriptor(value, key);
      const flags = (enumerable ? "e" : "") + (writable ? "w" : "") + (configurable ? "c" : "") + (get ? "g" : "");
      text += String(key) + (flags === "ewc" ? "" : flags) + ":" + show(held, seen) + ";";
    }
    const above = Object.getPrototypeOf(value);
    const isKnown = [{}, [], new Map(), new Set(), new Date(0), /x/, () => {}].some((one) => Object.getPrototypeOf(one) === above);
    return "{" + text + (isKnown ? "" : " < " + (above === null ? "null" : show(above, seen))) + "}";
  }
`;

const CHANGES: Record<string, string> = {
  "a value of a row": "tables.rows[50].name = 'other';",
  "a value deep in a row": "tables.rows[51].place.x = -0;",
  "an equal object in a row": "tables.rows[52].place = { ...tables.rows[52].place };",
  "a name more in a row": "tables.rows[53].more = 1;",
  "an index in a row": "tables.rows[54][3] = 1;",
  "an attribute of a row": "Object.defineProperty(tables.rows[55], 'id', { enumerable: false });",
  "an attribute of all rows": "for (const row of tables.rows) Object.defineProperty(row, 'id', { writable: false });",
  "a prototype": "Object.setPrototypeOf(tables.rows[56], { x: 1 });",
  "a frozen row": "Object.freeze(tables.rows[57]);",
  "order of names": "{ const { id } = tables.rows[58]; delete tables.rows[58].id; tables.rows[58].id = id; }",
  "a row more": "tables.rows.push({ id: 1 });",
  "an element": "tables.widths[70][1] = 5;",
  "an index less": "delete tables.widths[71];",
  "an attribute of an index": "Object.defineProperty(tables.widths, 72, { enumerable: false });",
  "a value among many": "tables.names.name70 = 0.5;",
  "a name less among many": "delete tables.names.name71;",
  "an attribute among many": "Object.defineProperty(tables.names, 'name72', { writable: false });",
  "a hole": "delete tables.list[0];",
  "a hole filled": "tables.list[3] = undefined;",
  "a length": "tables.integers.length = 5;",
  "a name on an array": "tables.integers.extra = 1;",
  "an integer": "tables.integers[0] = 7;",
  "a number": "tables.numbers[3] = 5;",
  "no NaN": "tables.numbers[1] = 1;",
  "0 for -0": "tables.numbers[2] = 0;",
  "an entry": "tables.map.set('a', { x: 2 });",
  "order of entries": "tables.map.delete('a'); tables.map.set('a', 1);",
  "an item": "tables.set.add('d');",
  "order of items": "tables.set.delete('a'); tables.set.add('a');",
  "a time": "tables.date.setTime(2000);",
  lastIndex: "tables.pattern.lastIndex = 2;",
  "a byte": "tables.bytes[200] = 9;",
  "a field": "tables.shapes[1].side = 5;",
  "a method": "Shape.prototype.area = function () { return 0; };",
  "a static field": "Shape.count = 2;",
  "a method in the old style": "Old.prototype.more = 1;",
  "what is inherited": "Object.getPrototypeOf(tables.below).above.deep = 2;",
  "a name that is inherited": "Object.getPrototypeOf(tables.below).more = 2;",
  "inside of frozen": "tables.frozen.inner.y = 2;",
  "inside of a frozen array": "tables.frozen.list[0].z = 2;",
  "what is on a function": "tables.call.note.text = 'changed';",
  "a property of a function": "tables.call.more = 1;",
  "a symbol": "tables[Symbol.for('tables')] = 2;",
  "an accessor": "Object.defineProperty(tables.plain, 'a', { get: tagged });",
  "a binding": "setCurrent({ a: 1, b: { c: 2 } });",
};

/** Each change stands between calls that find the state settled. */
function changing(part: number, parts: number): Program {
  const names = Object.keys(CHANGES).filter((_, i) => i % parts === part);
  const changes = names.map((name) => CHANGES[name] as string);
  // What was put in the place of an equal object is found settled, or walked over, and has the key that it had.
  const states = 1 + names.filter((name) => !name.startsWith("an equal")).length;
  const calls = (1 + names.length) * 10;
  return program(`a large state that changes in one thing at a time, part ${part + 1}`, {
    files: {
      "tables.mjs": TABLES,
      "show.mjs": SHOW,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { Old, Shape, current, setCurrent, tables, tagged } from "./tables.mjs";
        import { show } from "./show.mjs";
        export function look(n) {
          const text = show([tables, current, Shape, tables.call(n)]);
          let hash = burn(n);
          for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
          return hash;
        }
        const looks = () => { for (let i = 0; i < 5; i++) console.log(i, look(0), look(1)); };
        looks();
        ${changes.map((change) => `${change}\nlooks();`).join("\n")}
      `,
    },
    cold: { hits: { look: calls - states * 2 }, misses: { look: states * 2 } },
    warm: { hits: { look: calls } },
  });
}

export const programs = [
  changing(0, 3),
  changing(1, 3),
  changing(2, 3),

  program("calls that change objects of a large state, which they are given or find there", {
    files: {
      "tables.mjs": TABLES,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { tables } from "./tables.mjs";
        export function touch(row, n) {
          row.touched = (row.touched ?? 0) + 1;
          return burn(n) + tables.rows.length + (tables.rows[7].touched ?? 0);
        }
        export function sum(n) {
          let all = burn(n);
          for (const { id, touched = 0 } of tables.rows) all += id * touched;
          return all;
        }
        export function count(key) {
          tables.map.set(key, (tables.map.get(key) ?? 0) + 1);
          return burn(tables.map.size) + tables.rows.length;
        }
        export function same(row) {
          return burn(1) + "" + (row === tables.rows[7]) + (row === tables.rows[8]);
        }
        const shown = () => [JSON.stringify(tables.rows).length, [...tables.map].join(), tables.rows[7].touched];
        for (let i = 0; i < 6; i++) console.log(touch(tables.rows[7], i), sum(i), ...shown());
        for (let i = 0; i < 6; i++) console.log(touch({ own: true }, 1), sum(1));
        for (let i = 0; i < 6; i++) console.log(count("k" + (i % 2)), sum(2), ...shown());
        for (let i = 0; i < 3; i++) console.log(same(tables.rows[7]), same(tables.rows[8]), same({ ...tables.rows[8] }));
      `,
    },
    // Of what changes something, the first call of a run says so, and is not kept.
    warm: { hits: { touch: 11, sum: 18, count: 5, same: 9 } },
  }),

  program("a class of Node's that a large state holds, and that is changed where no property shows it", {
    files: {
      "tables.mjs": `
        import { EventEmitter } from "node:events";
        export const rows = [];
        for (let i = 0; i < 60; i++) rows.push({ id: i, name: "row " + i });
        export const emitters = [new EventEmitter()];
        export { EventEmitter };
      `,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { EventEmitter, emitters, rows } from "./tables.mjs";
        export function most(n) {
          return burn(n) + rows.length + emitters[0].getMaxListeners();
        }
        for (let i = 0; i < 6; i++) console.log(most(1));
        EventEmitter.defaultMaxListeners = 20;
        for (let i = 0; i < 3; i++) console.log(most(1));
      `,
    },
    cold: { hits: { most: 5 } },
    warm: { hits: { most: 6 } },
  }),

  program("async calls over a large state that others change meanwhile", {
    files: {
      "tables.mjs": TABLES,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { tables } from "./tables.mjs";
        export async function total(n) {
          let all = burn(n);
          for (const { id, name } of tables.rows) all += id + name.length;
          return all;
        }
        for (let i = 0; i < 6; i++) console.log(await total(i % 2));
        const waiting = total(5);
        tables.rows[3].name = "longer than before";
        console.log(await waiting, await total(5));
        for (let i = 0; i < 6; i++) console.log(await total(i % 2));
      `,
    },
    warm: { hits: { total: 14 } },
  }),
];
