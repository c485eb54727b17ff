/** What a function is that code leads to: the audit knows those of the language and of Node, the registry those of loaded modules. */
import { emitterName, emitterPrototypeName } from "../audit/builtins/emitters.ts";
import { heldClassName, heldPrototypeName } from "../audit/builtins/held-classes.ts";
import { builtInPrototypeName, builtInsNamed, pureBuiltinName, traitsOfBuiltin } from "../audit/builtins/natives.ts";
import { isAsTapped, noticedName } from "../audit/builtins/noticed-functions.ts";
import { builtInObjects } from "../audit/builtins/objects.ts";
import { pathAsksProcess, takenNamed, takenPath } from "../audit/builtins/pure-modules.ts";
import { confinedName, watchedName } from "../audit/builtins/tapped-functions.ts";
import { wrappedFunction } from "../audit/builtins/wrapped-functions.ts";
import { CONFINED } from "../audit/scan/recorded.ts";
import type { Identity } from "../src/code/identity.ts";
import type { BuiltInsNamed, ReachContext } from "../src/code/reach-context.ts";
import type { Registry } from "../src/code/registry.ts";
import type { Unseen } from "../src/reason/reason.ts";
import type { PassedOver } from "./hooks/passed-over.ts";

/** What this needs of the session. */
export interface ProgramKnowledge
  extends Pick<ReachContext, "addedToNamespaces" | "builtInChanges" | "assumedPackage" | "vouching"> {
  readonly registry: Registry;
  /** Files whose functions the registry cannot know. */
  readonly passedOver: PassedOver;
}

/** What the registry says of functions of the language and of Node. */
const MAY_BE_HELD: ReadonlySet<Unseen["kind"]> = new Set(["native-function", "nodes-function"]);

export class ProgramReachContext implements ReachContext {
  readonly #registry: Registry;
  readonly #passedOver: PassedOver;
  readonly addedToNamespaces: ReachContext["addedToNamespaces"];
  readonly builtInChanges: ReachContext["builtInChanges"];
  readonly assumedPackage: ReachContext["assumedPackage"];
  readonly vouching: ReachContext["vouching"];

  constructor({ registry, passedOver, addedToNamespaces, builtInChanges, assumedPackage, vouching }: ProgramKnowledge) {
    this.#registry = registry;
    this.#passedOver = passedOver;
    this.addedToNamespaces = addedToNamespaces;
    this.builtInChanges = builtInChanges;
    this.assumedPackage = assumedPackage;
    this.vouching = vouching;
  }

  identify(fn: object, hint: string | undefined): Identity {
    const isConfined = hint === CONFINED;
    const pure = pureBuiltinName(fn);
    if (pure !== null) return { kind: "built-in", name: pure, traits: traitsOfBuiltin(fn) };
    const path = takenPath(fn);
    if (path !== null) return { kind: "built-in", name: path, ...(pathAsksProcess(path) && { outside: true }) };
    const noticed = noticedName(fn);
    if (noticed !== null) return { kind: "noticed", name: noticed, ...(noticed === "Date" && { isBase: true }) };
    const emitter = emitterName(fn);
    if (emitter !== null) return { kind: "noticed", name: emitter, isBase: true };
    const name = watchedName(fn, isConfined);
    // A function of the program's in this place would get hold of a handle that only the recorded call may have.
    if (name === null && isConfined) return { kind: "unknown", why: { kind: "replaced-function" } };
    const opener = name === null ? confinedName(fn) : null;
    if (opener !== null && isAsTapped(fn)) return { kind: "noticed", name: opener, opens: true };
    const wrapped = name === null ? wrappedFunction(fn) : null;
    if (wrapped !== null) return { kind: "wrapped", wrapped };
    if (name === null) return this.#identifyByCode(fn, hint);
    return { kind: "built-in", name, outside: true, ...(!isAsTapped(fn) && { isChanged: true }) };
  }

  /** What the registry says; of a function whose code was not read, which file that may be in, and why it was not. */
  #identifyByCode(fn: object, hint: string | undefined): Identity {
    const identity = this.#registry.identify(fn, hint);
    if (identity.kind !== "unknown") return identity;
    const held = MAY_BE_HELD.has(identity.why.kind) ? heldClassName(fn) : null;
    if (held !== null) return { kind: "noticed", name: held };
    if (identity.why.kind !== "unread-code") return identity;
    return { kind: "unknown", why: this.#passedOver.whyUnread(hint) };
  }

  builtInPrototype(object: object): string | null {
    return builtInPrototypeName(object) ?? emitterPrototypeName(object) ?? heldPrototypeName(object);
  }

  builtInObjects(): ReadonlyMap<object, string> {
    return builtInObjects();
  }

  builtInsNamed(name: string): BuiltInsNamed {
    return { language: builtInsNamed(name), node: takenNamed(name) };
  }
}
