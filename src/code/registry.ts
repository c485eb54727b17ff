/**
 * The loaded modules, and which of their functions and classes a value is.
 *
 * A function is identified by the bindings that the prologues of modules hand over, and not by resolving import specifiers: so re-exports,
 * cycles, packages that are there twice, CommonJS and live bindings need no rules of their own.
 */
import { types } from "node:util";
import type { Unseen } from "../reason/reason.ts";
import { ownNames } from "../value/own-keys.ts";
import { step } from "../value/time-limit.ts";
import type { CapturedScope } from "./captured-scope.ts";
import { type ClassSnapshot, hashOfText, snapshot, textHash } from "./class-shape.ts";
import { type InnerPlace, placeOf, scriptOfModule } from "./closures.ts";
import { lineOf, NO_SCRIPT, scriptOf } from "./code-places.ts";
import { targetOf } from "./hand-memoized.ts";
import { type BoundFunction, type Identity, unknown } from "./identity.ts";
import { openFunction } from "./inspect-function.ts";
import { type LiveModule, LiveUnit, readsItself } from "./live-module.ts";
import { MadeModules, placesIn, seesGlobalsOnly } from "./made-module.ts";
import type { ClassShape, OnceCode } from "./manifest.ts";
import { isNodesScript } from "./nodes-scripts.ts";
import { registrations } from "./registrations.ts";

// Captured before the program can replace them.
const { isProxy } = types;
const { getOwnPropertyDescriptor } = Object;

/** Finds modules that were loaded without a rewrite. */
export interface PlainFinder {
  /** The module of the script of a function, or why it is not known. The caller has to register a module that it gets for the first time. */
  moduleOf(fn: object, script: number): LiveModule | Unseen;
}

/** What it takes of the time for a call to look for a function, and for the class of a method: in steps of a walk. */
const LOOK = 128;
const METHOD = 32;
/** As a power of two: so many characters of a function's text take one more step. */
const TEXT = 6;

const sourceText = Function.prototype.toString;
const NATIVE = /\{\s*\[native code\]\s*\}$/;

function textOf(fn: object): string {
  const text = sourceText.call(fn);
  step(text.length >> TEXT);
  return text;
}

function isNativeText(text: string): boolean {
  return NATIVE.test(text);
}

/** The functions among the properties of an object, without proxies. A `stack` is not read: that would make V8 put its text together. */
function functionsOn(object: object): [key: string | symbol, fn: object][] {
  const names = ownNames(object);
  step(names.length);
  return names.flatMap((key) => {
    if (key === "stack") return [];
    const { value, get, set } = getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    const functions = [value as unknown, get, set].filter((one) => typeof one === "function" && !isProxy(one));
    return functions.map((one) => [key, one as object] as [string | symbol, object]);
  });
}

/** Whether a line of a module is in a function that was taken for one that runs once, and has run again. */
function isRunAgain({ manifest, once }: LiveModule, line: number | null): boolean {
  const taken = manifest?.once ?? [];
  const isIn = ([first, last]: OnceCode["lines"]) => line !== null && first <= line && line <= last;
  return taken.some(({ lines }, index) => once.runOf(index + 1).isRepeated && isIn(lines));
}

/** All modules of one thread. */
export class Registry {
  readonly #modules: LiveModule[] = [];
  readonly #functions = new WeakMap<object, LiveUnit>();
  readonly #prototypes = new WeakMap<object, LiveUnit>();
  readonly #methods = new WeakMap<object, Identity>();
  /** The places of inner functions, by the hash of their text. */
  readonly #inner = new Map<string, InnerPlace[]>();
  /** Modules by the numbers of their scripts: the first {@link #indexed} of all modules. */
  readonly #byScript = new Map<number, LiveModule[]>();
  #indexed = 0;
  readonly #bound = new WeakMap<object, BoundFunction>();
  /** Values that no module knew, each with how many modules there were then. */
  readonly #unknown = new WeakMap<object, number>();
  /** Functions that were not known, with the reason, and how many modules there were then. */
  readonly #unseen = new WeakMap<object, { modules: number; why: Unseen }>();

  /** Code that was made of texts. */
  readonly made: MadeModules;
  /** Finds modules that were loaded without a rewrite; null where there is no need to know them. */
  readonly #plain: PlainFinder | null;

  constructor(made = new MadeModules(() => null), plain: PlainFinder | null = null) {
    this.made = made;
    this.#plain = plain;
  }

  /** How many modules have been loaded: what was unknown before may be known now. */
  get size(): number {
    return this.#modules.length;
  }

  register(module: LiveModule): void {
    this.#modules.push(module);
  }

  /** Whether any module assigns again to what it exports, so that imports may change. Cost: reads all manifests. */
  get reassigns(): boolean {
    // With a finder, there may be modules that no call has led to yet: nothing is known of those.
    return this.#plain !== null || this.#modules.some((module) => module.manifest?.reassigns === true);
  }

  /** Registers the functions and classes of a module whose bindings are initialised by now. */
  absorb(module: LiveModule): void {
    module.absorb((manifest) => registrations(module, manifest, this));
  }

  add(value: object, unit: LiveUnit): void {
    this.#functions.set(value, unit);
    unit.value ??= value;
  }

  /**
   * Adds a function that was found at a path and has the right text. Other code may have put a function of the same text there. So, if it reads
   * anything outside of itself, it has to be of the module's script, or else no other loaded module may have that text; and the module
   * itself may have no second function of that text, which could have captured what the first one reads from the module.
   */
  addByText(value: object, text: string, unit: LiveUnit): void {
    if (unit.module.hasTwin(text, unit.index)) return;
    if (unit.definition.refs.length === 0 || this.#isFrom(unit.module, value, text)) this.add(value, unit);
  }

  /** Whether a class that was found at a path is the one that the module has made there: as for {@link addByText}. */
  isOnly(module: LiveModule, value: object, { text, unit }: ClassShape): boolean {
    if (text === undefined || textHash(value) !== text || module.hasTwin(text, unit)) return false;
    return this.#isFrom(module, value, text);
  }

  /** Whether a function with a text of a module is of that module: by its script, or because no other module has the text. */
  #isFrom(module: LiveModule, value: object, text: string): boolean {
    const script = scriptOf(value);
    if (script !== null)
      return this.#modulesOf(script).every((one) => one === module) && scriptOfModule(module) === script;
    return this.#modules.every((one) => one === module || !one.hasText(text));
  }

  /** The modules of a script: one, unless a file was loaded twice. */
  #modulesOf(script: number): readonly LiveModule[] {
    for (; this.#indexed < this.#modules.length; this.#indexed++) {
      const module = this.#modules[this.#indexed] as LiveModule;
      const own = scriptOfModule(module);
      if (own === null) continue;
      const known = this.#byScript.get(own);
      if (known) known.push(module);
      else this.#byScript.set(own, [module]);
    }
    return this.#byScript.get(script) ?? [];
  }

  /** Adds the prototype and the methods of a class. */
  addClass({ prototype, functions }: ClassSnapshot, unit: LiveUnit): void {
    this.#prototypes.set(prototype, unit);
    for (const [index, { value }] of functions.entries()) {
      if (!this.#methods.has(value)) this.#methods.set(value, { kind: "method", unit, index });
    }
  }

  addInner(place: InnerPlace): void {
    const known = this.#inner.get(place.inner.text);
    if (known) known.push(place);
    else this.#inner.set(place.inner.text, [place]);
  }

  /**
   * What a function or class is.
   * @param hint the module specifier by which it was probably imported
   */
  identify(fn: object, hint?: string): Identity {
    // A proxy is not looked at: that would run its handler.
    if (isProxy(fn)) return { kind: "unknown", why: { kind: "proxied-function" } };
    const target = targetOf(fn);
    if (target !== fn) return this.identify(target, hint);
    const known = this.#known(fn);
    if (known) return known;
    const unseen = this.#unseen.get(fn);
    if (unseen?.modules === this.#modules.length) return { kind: "unknown", why: unseen.why };
    step(LOOK);
    const script = scriptOf(fn);
    const identity = script === null ? this.#anywhere(fn, hint) : this.#inScript(fn, script);
    if (identity.kind === "unknown") this.#unseen.set(fn, { modules: this.#modules.length, why: identity.why });
    return identity;
  }

  #known(fn: object): Identity | null {
    const unit = this.#functions.get(fn);
    if (unit) return { kind: "unit", unit };
    const method = this.#methods.get(fn);
    if (method) return method;
    const bound = this.#bound.get(fn);
    return bound ? { kind: "bound", bound } : null;
  }

  /** Identifies a function whose script V8 tells: only modules of that script can have it, and no other manifest is read. */
  #inScript(fn: object, script: number): Identity {
    if (script === NO_SCRIPT) return this.#openNative(fn);
    const modules = this.#modulesOf(script);
    for (const module of modules) this.absorb(module);
    const known = this.#known(fn);
    if (known) return known;
    const text = textOf(fn);
    if (modules.length === 0) {
      return isNativeText(text) ? unknown({ kind: "native-function" }) : this.#inMade(fn, script, text);
    }
    const found = this.#byText(fn, text, ({ module }) => modules.includes(module));
    const isUnread = found.kind === "unknown" && found.why.kind === "unread-code";
    return isUnread && modules.some((module) => isRunAgain(module, lineOf(fn, script)))
      ? unknown({ kind: "repeated-code" })
      : found;
  }

  /** Identifies a function of a script that is of no registered module: one that was made of a text, or of a module without a rewrite. */
  #inMade(fn: object, script: number, text: string): Identity {
    const module = this.made.moduleOf(fn, script);
    if ("kind" in module) {
      if (module.kind !== "unread-code") return unknown(module);
      if (isNodesScript(fn, script)) return unknown({ kind: "nodes-function" });
      return this.#plain ? this.#inPlain(this.#plain, fn, script) : unknown(module);
    }
    if (!seesGlobalsOnly(module, openFunction(fn))) return unknown({ kind: "unread-code" });
    return this.#byPlaces(fn, placesIn(module, hashOfText(text)));
  }

  /** Identifies a function of a module that was loaded without a rewrite. */
  #inPlain(plain: PlainFinder, fn: object, script: number): Identity {
    const module = plain.moduleOf(fn, script);
    if ("kind" in module) return unknown(module);
    this.register(module);
    return this.#inScript(fn, script);
  }

  /** Identifies a function whose script V8 does not tell: it may be of any module. */
  #anywhere(fn: object, hint: string | undefined): Identity {
    this.#find(fn, this.#functions, hint);
    const known = this.#known(fn);
    if (known) return known;
    const text = textOf(fn);
    return isNativeText(text) ? this.#openNative(fn) : this.#byText(fn, text, () => true);
  }

  /** Identifies an inner function: by its text, and where that is not enough, by its place. */
  #byText(fn: object, text: string, isCandidate: (place: InnerPlace) => boolean): Identity {
    return this.#byPlaces(fn, (this.#inner.get(hashOfText(text)) ?? []).filter(isCandidate));
  }

  #byPlaces(fn: object, places: readonly InnerPlace[]): Identity {
    if (places.length === 0) return unknown({ kind: "unread-code" });
    const [first] = places as [InnerPlace];
    const codes = places.map(({ module, inner }) => inner.closed && module.unit(inner.unit).definition.code);
    // Functions that read nothing outside of themselves are the same in all places.
    if (first.inner.closed && codes.every((code) => code === codes[0])) {
      return this.#adopt(fn, first, null);
    }
    const placed = placeOf(fn, places);
    return "kind" in placed ? unknown(placed) : this.#adopt(fn, placed, placed.scope);
  }

  #openNative(fn: object): Identity {
    const opened = openFunction(fn);
    if (opened.kind !== "bound") return unknown({ kind: "native-function" });
    this.#bound.set(fn, opened);
    return { kind: "bound", bound: opened };
  }

  #adopt(fn: object, { module, inner }: InnerPlace, shown: CapturedScope | null): Identity {
    const known = module.unit(inner.unit);
    const { methods } = inner;
    // A class always gets its scope: what it extends was settled by the code around it.
    const scope = methods || known.definition.captures?.length ? shown : null;
    const isOne = inner.once === true && known.shape === null && (known.value ?? fn) === fn;
    const isAnother = !isOne && (scope || methods || readsItself(known));
    const unit = isAnother ? new LiveUnit(module, known.index, known.definition, scope) : known;
    if (methods) {
      unit.shape = snapshot(fn, { methods });
      this.addClass(unit.shape, unit);
    }
    this.add(fn, unit);
    return { kind: "unit", unit };
  }

  /** @param prototype no proxy */
  identifyPrototype(prototype: object): LiveUnit | null {
    const known = this.#prototypes.get(prototype);
    if (known || this.#unknown.get(prototype) === this.#modules.length) return known ?? null;
    if (!this.#absorbMembers(prototype)) return this.#find(prototype, this.#prototypes);
    const found = this.#prototypes.get(prototype) ?? null;
    if (found === null) this.#unknown.set(prototype, this.#modules.length);
    return found;
  }

  /**
   * Registers the modules of the functions on a prototype: the class of the prototype is in one of them. Answers whether that is sure. Without
   * a method, the class is its constructor, but only if that cannot have another prototype.
   */
  #absorbMembers(prototype: object): boolean {
    let hasMethod = false;
    for (const [key, fn] of functionsOn(prototype)) {
      const script = scriptOf(fn);
      if (script === null) return false;
      step(METHOD);
      if (script === NO_SCRIPT) continue;
      for (const module of this.#modulesOf(script)) this.absorb(module);
      if (key !== "constructor") hasMethod = true;
    }
    const constructor = getOwnPropertyDescriptor(prototype, "constructor")?.value as unknown;
    if (typeof constructor !== "function" || isProxy(constructor)) return hasMethod;
    // To identify a class makes its prototype known.
    this.identify(constructor);
    const own = getOwnPropertyDescriptor(constructor, "prototype");
    return hasMethod || (own?.value === prototype && own.writable === false);
  }

  #find(value: object, map: WeakMap<object, LiveUnit>, hint?: string): LiveUnit | null {
    const known = map.get(value);
    if (known || this.#unknown.get(value) === this.#modules.length) return known ?? null;
    for (const module of this.#ordered(hint)) {
      this.absorb(module);
      const found = map.get(value);
      if (found) return found;
    }
    this.#unknown.set(value, this.#modules.length);
    return null;
  }

  /** All modules, those first whose file looks like the specifier: for each module that is asked, a manifest is read. */
  #ordered(hint: string | undefined): LiveModule[] {
    const stem = hint
      ?.split("/")
      .at(-1)
      ?.replace(/\.[cm]?[jt]s$/, "");
    if (!stem) return this.#modules;
    const likely = (module: LiveModule) => module.instance.url.includes(stem);
    return [...this.#modules.filter(likely), ...this.#modules.filter((module) => !likely(module))];
  }
}
