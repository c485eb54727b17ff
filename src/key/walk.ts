/** What the parts of a walk over values ask of it: each part writes one kind of value. */

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
  /** Told where values begin and end, if anybody wants to know. */
  readonly marks: KeyMarks | null;
  /** Tells this walk from others. */
  readonly id: number;
  /** The code met, in the order in which it was written. */
  readonly reaches: readonly Reach[];
  /** Where units stand in them. */
  readonly parts: EarlierParts;
  /** Which reaches these are, in which order: what was found for the one place holds for every walk that comes there. */
  readonly trail: ReachTrail;
  /** Notes the next reach. */
  addReach(reach: Reach): void;
  /** Whether the bindings of a reach still lead where they led: asked once, for no program runs during a walk. */
  holds(reach: Reach): boolean;
  /** Whether reading a hole of an ordinary array gives undefined, and runs nothing. */
  readonly areHolesEmpty: boolean;
  /** The namespace of a module was met: with it, code has all that the module exports. */
  readonly sawModule: boolean;
  /** Every object and unique symbol met, with its number: equal keys number them alike. */
  readonly seen: SeenValues;
  /** What the code met says about its surroundings. */
  readonly traits: ReadonlySet<Trait>;
  /** Writes a value with all that it leads to. @throws Unkeyable */
  write(value: unknown): void;
  /** Counts so many values. @throws TooLarge */
  spend(nodes: number): void;
  addTrait(trait: Trait): void;
  /** Notes a function or prototype that stands in the key by its name alone: it has to be called so as long as others take that over. */
  addNamed(named: NamedBuiltIn): void;
  /** Whether this object or symbol was met before: then its number is written, else it gets one. */
  isSeen(value: object | symbol): boolean;
  /** Writes which function or class this is among those met. @param functions what it can reach */
  identity(fn: object, functions: readonly Reached[]): void;
  /** Writes names, attributes and values of own properties, and what can be done to the object. */
  properties(value: object, keys: readonly (string | symbol)[]): void;
  /** Writes key, attributes and value of one own property. */
  property(owner: object, key: string | symbol): void;
  /** Writes key and attributes of one own property, without its value. */
  attributes(owner: object, key: string | symbol): void;
  /** Writes an object that others have for their prototype. */
  prototype(value: object): void;
  /** Notes that an object is written as one that others inherit from, by its properties alone. */
  link(value: object): void;
  /** Those that were noted. */
  readonly links: ReadonlySet<object> | null;
}

/** A function or prototype of the language or of Node that stands in a key by its name. */
export interface NamedBuiltIn {
  readonly object: object;
  readonly name: string;
  readonly isPrototype: boolean;
}

/** What code can have that no value of the key leads to, with a text that tells it from the others. */
export type BuiltInObjects = ReadonlyMap<object, string>;

/** What the walk asks about functions and classes, which only the registry of loaded code knows. */
export interface FunctionWriter {
  /** Objects of the language and of Node that code can have without their being state. */
  builtInObjects(): BuiltInObjects;
  /** Writes the identity of a function: its code, what it reaches and the state it reads. */
  writeFunction(fn: object, walk: Walk): void;
  /** Writes the identity of the class behind a prototype. */
  writePrototype(prototype: object, walk: Walk): void;
}
