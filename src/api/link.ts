/** How a function that is memoized by hand is made known to the engine: its code, its site, and under which owner its results are kept. */
import { types } from "node:util";
import type { Engine, ResultPlace } from "../call/engine.ts";
import type { HandSite } from "../call/hand-site.ts";
import type { Identity } from "../code/identity.ts";
import type { LiveUnit } from "../code/live-module.ts";
import type { Manifest, Site, Trait, Unit } from "../code/manifest.ts";
import { SEEDED_NUMBERS } from "../code/seeded-numbers.ts";
import type { Owner } from "../store/store.ts";
import type { CheckedOptions } from "./options.ts";

/** A function with its options. */
export interface MemoizedByHand {
  readonly fn: (this: unknown, ...args: unknown[]) => unknown;
  readonly options: CheckedOptions;
  readonly isAsync: boolean;
  /** It returns a stream, whose items are asked for later. */
  readonly isStream: boolean;
}

/** A function as the engine of the running thread knows it. */
export interface Linked {
  readonly live: HandSite;
  /** The same function for calls in contexts with tweaks: their results are kept and counted apart. */
  readonly tweaked: HandSite;
  readonly place: ResultPlace;
  /** Under this owner, only results are found that are not older than `ttl`; under that of the site, stale ones as well. */
  readonly fresh: Owner;
}

/** Why the engine does not know a function, in words. */
export interface Unlinked {
  readonly why: string;
}

const NO_PLACE = { line: 0, column: 0 };

/** The code of a function, as the engine has it. */
interface Code {
  readonly unit: LiveUnit;
  /** Its number among the functions of a class; 0 for a function of its own. */
  readonly member: number;
  readonly usesThis: boolean;
}

/** @param self what it is called on: a method is known by its class */
export function linkFunction(engine: Engine, hand: MemoizedByHand, self: unknown): Linked | Unlinked {
  const { fn, options } = hand;
  if (options.assumePure) engine.reachCache.noteVouching();
  if (types.isProxy(fn)) return { why: "it is a proxy" };
  const identity = identityOf(engine, fn, self);
  const code = codeOf(engine, hand, identity);
  if ("why" in code) return code;
  const site = siteOf(engine, hand, code);
  if (site === null)
    return { why: "it is an async method, of which it is not known what it reads after it has waited" };
  const { ttl, stale, minTime } = options;
  const owner = ownerOf(engine, options, code.unit, ttl + stale);
  const fresh = { ...owner, ttl };
  const { HandSite } = engine.tools;
  const definition = {
    fn: fn as (...args: unknown[]) => unknown,
    unit: code.unit,
    site,
    minTime,
    isStream: hand.isStream,
  };
  const live = new HandSite({ ...definition, owner });
  const tweaked = new HandSite({ ...definition, owner: { ...fresh, id: idOf(engine, `${owner.id} in contexts`) } });
  engine.memoizer.adopt(live);
  return { live, tweaked, place: placeFor(engine, options), fresh };
}

function identityOf({ registry }: Engine, fn: object, self: unknown): Identity {
  const identity = registry.identify(fn);
  if (identity.kind !== "unknown" || typeof self !== "object" || self === null) return identity;
  // To identify a class makes its methods known.
  for (
    let at: object | null = self;
    at !== null && !types.isProxy(at);
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const maker = Object.getOwnPropertyDescriptor(at, "constructor")?.value as unknown;
    if (typeof maker === "function") registry.identify(maker);
  }
  return registry.identify(fn);
}

/** Whether a call of the memoized function always does the same as a call of the function itself would: no option gives it other answers. */
export function isTransparent(options: CheckedOptions): boolean {
  const { key, ignored, ttl, version, state, assumePure, cacheErrors } = options;
  if (state.length > 0 || isSeeded(options) || options.lazy) return false;
  const isPlain = key === null && ignored.size === 0 && version === null && !assumePure && cacheErrors === null;
  return isPlain && ttl === Number.POSITIVE_INFINITY;
}

/**
 * Whether its calls run as without dumbo in a context in which something is tweaked: what is kept of them does not say which of them hold there.
 */
export function isUncachedInContext({ isStream, options }: Pick<MemoizedByHand, "isStream" | "options">): boolean {
  return isStream || options.lazy || options.samples > 0;
}

/** Whether it runs with random numbers that depend on a seed. */
function isSeeded({ seed, samples }: CheckedOptions): boolean {
  return seed !== null || samples > 0;
}

/** Where a function's results are kept. Functions without `verify` and `group` share the thread's own place. */
function placeFor(engine: Engine, { verify, group }: CheckedOptions): ResultPlace {
  const store = group?.otherStore ?? null;
  if (verify === null && store === null) return engine;
  const verifies = () => (verify ?? 0) > 0 && engine.random() < (verify ?? 0);
  return engine.derive(
    { ...(verify !== null && { verifies }), ...(store !== null && { store: () => engine.openStore(store) }) },
    store?.directory ?? engine.directory,
  );
}

function codeOf(engine: Engine, hand: MemoizedByHand, identity: Identity): Code | Unlinked {
  const { options, fn } = hand;
  if (options.version !== null) return versioned(engine, hand, identity);
  switch (identity.kind) {
    case "unit":
      if (identity.unit.definition.traits.includes("class")) return { why: "it is a class" };
      return {
        unit: unitFor(engine, options, identity.unit),
        member: 0,
        usesThis: identity.unit.definition.traits.includes("this"),
      };
    case "method":
      return {
        unit: unitFor(engine, options, identity.unit),
        member: identity.index + 1,
        usesThis: true,
      };
    case "unknown":
      return { why: engine.tools.describe({ ...identity.why, name: fn.name || "the function" }) };
    default:
      return { why: `${fn.name || "the function"} is no function of a module` };
  }
}

/**
 * The unit of a function, with traits for its options: `assumePure` is as if the list named it, `seed` and `samples` give it a `Math.random`
 * of its own.
 */
function unitFor({ tools }: Engine, options: CheckedOptions, unit: LiveUnit): LiveUnit {
  const added: readonly Trait[] = [
    ...(options.assumePure ? (["assumed"] as const) : []),
    ...(isSeeded(options) ? (["seeded"] as const) : []),
  ];
  if (added.length === 0) return unit;
  const { module, index, definition, scope, shape, value } = unit;
  const impure = options.assumePure ? null : definition.impure;
  const traits = [...new Set<Trait>([...definition.traits, ...added])];
  const made = new tools.LiveUnit(module, index, { ...definition, impure, traits }, scope);
  made.shape = shape;
  made.value = value;
  return made;
}

/** The traits of code that nobody has read: all that may be true of it. */
const UNREAD: readonly Trait[] = ["async", "begins", "floating", "outside"];

/** A unit whose code in the key is the option `version`. Captured values are in the key all the same; captured functions are not. */
function versioned({ tools }: Engine, { fn, options }: MemoizedByHand, identity: Identity): Code | Unlinked {
  const name = options.name;
  const place = placeOf(tools, fn);
  const url = identity.kind === "unit" || identity.kind === "method" ? identity.unit.module.instance.url : place.url;
  const known = identity.kind === "unit" ? identity.unit : null;
  const scope = known?.scope ?? null;
  const captures = (known?.definition.captures ?? []).filter((one) => typeof scope?.read(one) !== "function");
  const definition: Unit = {
    name,
    place: known?.definition.place ?? { line: place.line, column: 0 },
    code: tools.hashText(`version ${options.version} of ${name}`),
    refs: [],
    impure: null,
    traits: options.assumePure ? [...UNREAD, "assumed"] : UNREAD,
    captures,
  };
  const manifest: Manifest = {
    source: tools.hashText(`${url} ${name}`),
    cells: [],
    units: [definition],
    sites: [],
    refusals: [],
    probes: [],
    members: [],
    inner: [],
    classes: [],
  };
  const instance = { id: manifest.source, url, get: nothing, set: nothing, assign: nothing };
  const module = new tools.LiveModule(instance, () => manifest);
  const usesThis = !/^(?:async\s*)?(?:\([^()]*\)|[\w$]+)\s*=>/.test(Function.prototype.toString.call(fn));
  return { unit: new tools.LiveUnit(module, 0, definition, scope), member: 0, usesThis };
}

function nothing(): undefined {
  return undefined;
}

/** The place of functions that are in no file. */
const NATIVE = { url: "node:native", line: 0 } as const;

function placeOf(tools: Engine["tools"], fn: object): { readonly url: string; readonly line: number } {
  const opened = tools.openFunction(fn);
  if (opened.kind !== "closure") return NATIVE;
  const url = tools.scriptUrls().get(Number(opened.script));
  return url === undefined ? NATIVE : { url, line: opened.line };
}

/** Null for an async method where it is not known what it reads after it has waited. */
function siteOf({ tools }: Engine, hand: MemoizedByHand, { unit, member, usesThis }: Code): Site | null {
  const { options, isAsync } = hand;
  const { place } = unit.definition;
  // A stream may read anything after others could run, and its changes are not kept: 0 stands for a function that waits.
  const late = hand.isStream ? 0 : isAsync ? latePlaceOf(hand, tools, unit, member) : undefined;
  if (late === null) return null;
  const name = options.name === "" ? unit.definition.name : options.name;
  return {
    name,
    place: place ?? NO_PLACE,
    unit: unit.index,
    access: { kind: "path", getter: 0, path: [`memo ${saltOf(hand)} ${member}`] },
    form: "names",
    async: isAsync || hand.isStream,
    usesThis,
    ...(late === undefined ? {} : { late }),
  };
}

/** The place of an async function among those of its unit that wait; undefined if it does not wait, null if that is not known. */
function latePlaceOf(
  { fn }: MemoizedByHand,
  tools: Engine["tools"],
  unit: LiveUnit,
  member: number,
): number | null | undefined {
  const { definition, module, index } = unit;
  if ((definition.late ?? []).length === 0) return undefined;
  if (member === 0) return 0;
  const { classes = [], inner = [] } = module.manifest ?? {};
  const text = tools.textHash(fn);
  const methods = [...classes, ...inner].filter((one) => one.unit === index).flatMap((one) => one.methods ?? []);
  const places = new Set(methods.filter((one) => one.text === text).map(({ late }) => late));
  const [place] = places;
  return places.size === 1 ? place : null;
}

/** A text of all options that decide what stored values and the parts of the key mean: with other options, the keys are others. */
function saltOf({ options, isStream }: MemoizedByHand): string {
  const { key, ignored, cacheErrors, state } = options;
  const salt = [key === null ? "" : String(key), [...ignored], cacheErrors !== null, state.length];
  return JSON.stringify([
    ...salt,
    ...(isStream ? ["stream"] : []),
    ...(isSeeded(options) ? [SEEDED_NUMBERS] : []),
    ...(options.lazy ? ["lazy"] : []),
  ]);
}

function ownerOf(engine: Engine, options: CheckedOptions, unit: LiveUnit, ttl: number): Owner {
  const { root } = engine;
  const { url } = unit.module.instance;
  const path = url.startsWith(`file://${root}/`) ? url.slice(`file://${root}/`.length) : url;
  const id = idOf(engine, `memo ${path}#${options.name || unit.definition.name}`);
  return { id, ttl, maxEntries: options.maxEntries };
}

function idOf({ tools }: Engine, name: string): number {
  return Number.parseInt(tools.hashText(name).slice(0, 8), 16);
}
