/** What the parts of a walk over values use of it: each part writes one kind of values. */

import type { EarlierParts } from "../code/earlier-parts.ts";
import type { Trait } from "../code/manifest.ts";
import type { Reach } from "../code/reach.ts";
import type { SeenValues } from "../value/seen-objects.ts";
import type { Reached } from "./function-identity.ts";
import type { KeyMarks } from "./key-marks.ts";
import type { KeyWriter } from "./key-writer.ts";
import type { ReachTrail } from "./reach-trail.ts";

export interface Walk {
  readonly out: KeyWriter;
  /** Is told where values begin and end, if a caller wants digests of them. */
  readonly marks: KeyMarks | null;
  /** Tells this walk from others. */
  readonly id: number;
  /** The reaches of all code that was met, in the order in which they were written. */
  readonly reaches: readonly Reach[];
  /** Where units and shapes stand in these reaches. */
  readonly parts: EarlierParts;
  /** The place of this sequence of reaches in the tree of all such sequences. */
  readonly trail: ReachTrail;
  /** Notes that the next reach is written. */
  addReach(reach: Reach): void;
  /** Whether the bindings of a reach still lead where they led. */
  holds(reach: Reach): boolean;
  /** Whether reading a hole of an ordinary array gives undefined and runs no code. */
  readonly areHolesEmpty: boolean;
  /** Whether the namespace of a module was met: by that, code has all that the module exports. */
  readonly sawModule: boolean;
  /** All objects and unique symbols that were met, with their numbers: equal keys number them alike. */
  readonly seen: SeenValues;
  /** The traits of all code that was met. */
  readonly traits: ReadonlySet<Trait>;
  /** Writes a value with all that it leads to. @throws Unkeyable */
  write(value: unknown): void;
  /** Counts so many values. @throws TooLarge */
  spend(nodes: number): void;
  /** How many more values the walk may have. */
  readonly nodesLeft: number;
  /** Ends the walk where so many more values are far more than it may have. @throws TooLarge */
  foresee(more: number): void;
  addTrait(trait: Trait): void;
  /** Notes a built-in that is written by its name alone: later keys may take the state over only as long as it has that name. */
  addNamed(named: NamedBuiltIn): void;
  /** Whether this object or symbol was met before: then its number is written, else it gets one. */
  isSeen(value: object | symbol): boolean;
  /** Writes which function or class this is among those met. @param functions what it can reach */
  identity(fn: object, functions: readonly Reached[]): void;
  /** Writes names, attributes and values of own properties, and whether the object is sealed or the like. */
  properties(value: object, keys: readonly (string | symbol)[]): void;
  /** Writes key, attributes and value of one own property. */
  property(owner: object, key: string | symbol): void;
  /** Writes key and attributes of one own property, without its value. */
  attributes(owner: object, key: string | symbol): void;
  /** Writes the prototype of an object. */
  prototype(value: object): void;
  /** Notes an object that is written as one that others inherit from, by its properties alone. */
  link(value: object): void;
  /** The objects that {@link link} has noted. */
  readonly links: ReadonlySet<object> | null;
}

/** A function or prototype of the language or of Node that stands in a key by its name. */
export interface NamedBuiltIn {
  readonly object: object;
  readonly name: string;
  readonly isPrototype: boolean;
}

/** Objects of the language and of Node that code can have although no value of the key leads to them, each with a text of its own. */
export type BuiltInObjects = ReadonlyMap<object, string>;

/** Writes functions and classes for a walk: only the registry of loaded code knows them. */
export interface FunctionWriter {
  /** As for {@link BuiltInObjects}. */
  builtInObjects(): BuiltInObjects;
  /** Writes the identity of a function: its code, what it reaches and the state it reads. */
  writeFunction(fn: object, walk: Walk): void;
  /** Writes the identity of the class behind a prototype. */
  writePrototype(prototype: object, walk: Walk): void;
}
