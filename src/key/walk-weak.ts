/**
 * WeakMaps and WeakSets in a key. Code can ask them for what it has: what the walk met, the functions and classes that it
 * reaches, objects of the language and of Node, and what it makes itself. For the last, nobody has put anything into them
 * before. So a key says which of the others they hold, and what for.
 */

import type { ReachedShape } from "../code/reached-shape.ts";
import { prototypeOf } from "../value/prototype-of.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { weakGet, weakHas } from "../value/weak-collections.ts";
import type { BuiltInObjects, Walk } from "./walk.ts";

/** What stands before each entry, by what its key is, and after the last one. */
const KEY = { end: 0, candidate: 1, builtIn: 2 } as const;
/** Asking for so many objects takes the time of one value. */
const ASKED_A_NODE = 8;

/**
 * Writes what the collections that a walk met hold. Their values may hold more objects and more collections.
 * @param collections grows while this runs
 * @throws Unkeyable
 */
export function writeWeakEntries(collections: readonly object[], builtIns: BuiltInObjects, walk: Walk): void {
  const { out } = walk;
  const candidates = new Candidates();
  /** How many of the candidates each collection was asked for. */
  const asked: number[] = [];
  for (let isNew = true; isNew; ) {
    refuseHidden(walk);
    isNew = false;
    candidates.take(walk);
    const { list } = candidates;
    for (let i = 0; i < collections.length; i++) {
      const collection = collections[i] as object;
      const from = asked[i];
      if (from === list.length) continue;
      isNew = true;
      asked[i] = list.length;
      walk.spend((list.length - (from ?? 0)) / ASKED_A_NODE);
      const { length } = list;
      for (let j = from ?? 0; j < length; j++) {
        const key = list[j] as object | symbol;
        if (!weakHas(collection, key)) continue;
        out.byte(KEY.candidate);
        out.uint32(i);
        out.uint32(j);
        walk.write(weakGet(collection, key));
      }
      if (from !== undefined) continue;
      walk.spend(builtIns.size / ASKED_A_NODE);
      builtIns.forEach((text, key) => {
        if (!weakHas(collection, key)) return;
        out.byte(KEY.builtIn);
        out.uint32(i);
        out.text(text);
        walk.write(weakGet(collection, key));
      });
    }
  }
  out.byte(KEY.end);
}

/** What is the same object at each call, and is not found from any value or function of a key. */
function refuseHidden({ traits }: Walk): void {
  if (traits.has("template")) throw new Unkeyable({ kind: "weak-collection", beside: "template" });
  if (traits.has("methods")) throw new Unkeyable({ kind: "weak-collection", beside: "private" });
}

/** What code can ask for, in the order in which it was met: equal keys have met the same at the same place. */
class Candidates {
  readonly list: (object | symbol)[] = [];
  readonly #known = new Set<object | symbol>();
  #seen = 0;
  #reaches = 0;

  /** Takes in what a walk has met since the last time. */
  take({ seen, reaches, links }: Walk): void {
    let at = 0;
    for (const value of seen.keys()) if (at++ >= this.#seen) this.#add(value);
    this.#seen = at;
    // Not all of them are among those that have a number.
    if (links !== null) for (const link of links) this.#add(link);
    for (; this.#reaches < reaches.length; this.#reaches++) {
      const shapes = reaches[this.#reaches]?.shapes ?? [];
      for (let i = 0; i < shapes.length; i++) this.#addShape(shapes[i] as ReachedShape);
    }
  }

  #addShape({ shape, ...one }: ReachedShape): void {
    if (shape === null) return this.#addFunction((one as { record: { value: object } }).record.value);
    this.#addFunction(shape.constructor);
    for (let i = 0; i < shape.functions.length; i++) this.#addFunction((shape.functions[i] as { value: object }).value);
  }

  #addFunction(fn: object): void {
    this.#add(fn);
    const prototype = prototypeOf(fn);
    if (prototype !== null) this.#add(prototype);
  }

  #add(value: object | symbol): void {
    const { size } = this.#known;
    this.#known.add(value);
    if (this.#known.size > size) this.list.push(value);
  }
}
