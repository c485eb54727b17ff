/** The ways a rewritten module runs: its guards off, saying no, or running the function again as a miss does. */
import type { Box, GuardFunction, Handed } from "../../../src/code/guard-text.ts";
import { OnceScopes } from "../../../src/code/once-scopes.ts";
import type { ForcedSite } from "./force.ts";

export const MODES = ["off", "no", "again"] as const;
export type Mode = (typeof MODES)[number];

type Get = (n: number) => unknown;
type Set = (n: number, guard: unknown) => void;
type Runtime = (id: string, url: string, guards: number[], get: Get, set: Set) => Handed;

/** How often guards were asked, and functions run again. */
export const counts = { asked: 0, again: 0 };

const textOf = Function.prototype.toString;

/** What the prologue of a module finds, by the sites of its modules. */
export function runtimeFor(mode: Mode, sitesOf: (id: string) => readonly ForcedSite[]): Runtime | undefined {
  if (mode === "off") return undefined;
  return (id, _url, guards, get, set) => {
    const sites = sitesOf(id);
    const box: Box = { value: undefined };
    const guardOf = (index: number): GuardFunction => {
      const site = sites[index] as ForcedSite;
      const guard: GuardFunction = (self, ...args) => {
        counts.asked++;
        const fn = mode === "again" ? find(site, index, get) : null;
        if (fn === null) return false;
        counts.again++;
        const list = site.form === "arguments" ? listOf(args[0] as ArrayLike<unknown>) : args;
        set(index, undefined);
        try {
          box.value = Reflect.apply(fn, self, list);
        } finally {
          set(index, guard);
        }
        return true;
      };
      return guard;
    };
    const entries = guards.map((index) => [index, guardOf(index)] as const);
    const scopes = new OnceScopes(() => undefined);
    return Object.setPrototypeOf({ box, scopes, ...Object.fromEntries(entries) }, null) as Handed;
  };
}

/** The function behind a guard, if that is what stands where it was declared. */
function find({ access }: ForcedSite, index: number, get: Get): ((...args: unknown[]) => unknown) | null {
  if (!access) return null;
  try {
    let value = get(access.getter);
    for (const key of access.path) value = Object.getOwnPropertyDescriptor(value, key)?.value;
    const isIt = typeof value === "function" && textOf.call(value).includes(`$dumbo${index}(`);
    return isIt ? (value as (...args: unknown[]) => unknown) : null;
  } catch {
    return null; // in its dead zone, or gone
  }
}

/** Without the program's own iterators. */
function listOf(args: ArrayLike<unknown>): unknown[] {
  const list: unknown[] = [];
  for (let i = 0; i < args.length; i++) list[i] = args[i];
  return list;
}
