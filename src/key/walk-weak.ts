/**
 * Writes WeakMaps and WeakSets into keys. Code can ask them only for objects that it has: those that the walk has met, the functions and
 * classes that it reaches, objects of the language and of Node, and those that it makes itself. Nothing is held for the last ones, which are
 * new. So a key says which of the others the collections hold, with their values.
 */

import type { ReachedShape } from "../code/reached-shape.ts";
import { prototypeOf } from "../value/prototype-of.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { weakGet, weakHas } from "../value/weak-collections.ts";
import type { BuiltInObjects, Walk } from "./walk.ts";

/** The byte before each entry, by the kind of its key, and behind the last one. */
const KEY = { end: 0, candidate: 1, builtIn: 2 } as const;
/** To ask a collection for so many objects takes the time of one value. */
const ASKED_A_NODE = 8;

/**
 * Writes what the collections of a walk hold. Their values may lead to more objects and more collections.
 * @param collections those that the walk has met: it may meet more while this runs
 * @throws Unkeyable
 */
export function writeWeakEntries(collections: readonly object[], builtIns: BuiltInObjects, walk: Walk): void {
  const { out } = walk;
  const candidates = new Candidates();
  /** How many of the candidates each collection was asked for already. */
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

/** Refuses code that has objects which are the same at each call, and that no value or function of a key leads to. */
function refuseHidden({ traits }: Walk): void {
  if (traits.has("template")) throw new Unkeyable({ kind: "weak-collection", beside: "template" });
  if (traits.has("methods")) throw new Unkeyable({ kind: "weak-collection", beside: "private" });
}

/** The objects that code can ask for, in the order in which they were met: equal keys have the same objects at the same places. */
class Candidates {
  readonly list: (object | symbol)[] = [];
  readonly #known = new Set<object | symbol>();
  #seen = 0;
  #reaches = 0;

  /** Adds what a walk has met since the last time. */
  take({ seen, reaches, links }: Walk): void {
    let at = 0;
    for (const value of seen.keys()) if (at++ >= this.#seen) this.#add(value);
    this.#seen = at;
    // Some of them have no number, and are not among those seen.
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
