/** Reads bindings of modules without a prologue, by the expressions that a prologue would have (`roots`), without running code of the program. */
import type { Unkeyable } from "../value/unkeyable.ts";
import type { Manifest } from "./manifest.ts";

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;

/** A root is a name with members behind it, or the type of a name. */
const ROOT = /^([A-Za-z_$][\w$]*)((?:\.exports|\["(?:[^"\\]|\\.)*"\])*)$/;
const MEMBER = /\.exports|\["(?:[^"\\]|\\.)*"\]/g;
const TYPE_OF = /^typeof ([A-Za-z_$][\w$]*)$/;

export abstract class PlainBindings {
  readonly #Unkeyable: typeof Unkeyable;
  readonly #roots: readonly string[];

  constructor(tools: { readonly Unkeyable: typeof Unkeyable }, manifest: Manifest) {
    this.#Unkeyable = tools.Unkeyable;
    this.#roots = manifest.plain?.roots ?? [];
  }

  /** @throws ReferenceError in the dead zone of the binding, Unkeyable where its value cannot be had */
  get(n: number): unknown {
    const text = this.#roots[n] ?? "";
    const asked = TYPE_OF.exec(text)?.[1];
    if (asked !== undefined) return this.typeOf(asked);
    const [, name = "", members = ""] = ROOT.exec(text) ?? [];
    let value = this.valueOf(n, name, text);
    for (const [member] of members.matchAll(MEMBER)) {
      const key = member.startsWith(".") ? "exports" : (JSON.parse(member.slice(1, -1)) as string);
      value = this.#memberOf(value, key, text);
    }
    return value;
  }

  /** @param n the number of the getter @param text the whole root, to name it */
  protected abstract valueOf(n: number, name: string, text: string): unknown;

  protected abstract typeOf(name: string): string;

  protected unshown(name: string): Unkeyable {
    return new this.#Unkeyable({ kind: "unshown-capture", name });
  }

  /** A member of a value. An accessor is not run, but for those of `process` and `process.env`, which are Node's own. */
  #memberOf(value: unknown, key: string, text: string): unknown {
    if (value === process || value === process.env) return (value as unknown as Record<string, unknown>)[key];
    for (
      let at = value as object | null;
      typeof at === "object" && at !== null;
      at = getPrototypeOf(at) as object | null
    ) {
      const property = getOwnPropertyDescriptor(at, key);
      if (property === undefined) continue;
      if ("value" in property) return property.value;
      break;
    }
    throw this.unshown(text);
  }
}
