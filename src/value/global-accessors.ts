/**
 * Globals that Node hands out by accessors of its own, most of them to load what is behind them when it is first asked for.
 * Of which type that is, is known without asking, as long as the accessor is Node's.
 */

const { getOwnPropertyDescriptor, getOwnPropertyNames } = Object;

/** The getters that Node, and dumbo's taps in its place, have for each of these names. */
const getters = new Map<string, Set<unknown>>();

/**
 * The names of Node's accessors. From Node 22 on, other globals are values that V8 makes when it is first asked for their
 * descriptor: that loads eighty modules of Node's, which takes longer than all of dumbo, and shows
 * (`require("constants").defaultCipherList`).
 */
const NAMES: readonly string[] =
  Number.parseInt(process.versions.node, 10) < 22
    ? getOwnPropertyNames(globalThis)
    : ["process", "Buffer", "performance", "crypto", "navigator", "localStorage", "sessionStorage"];

/** Notes the accessors that there are now: before the program runs, with the taps in place and without. */
export function noteGlobalAccessors(): void {
  for (const name of NAMES) {
    const get = getOwnPropertyDescriptor(globalThis, name)?.get;
    if (!get) continue;
    const known = getters.get(name);
    if (known) known.add(get);
    else getters.set(name, new Set([get]));
  }
}

noteGlobalAccessors();

/** These hand out what a program has assigned to them; looking at them runs nothing but Node's own code. */
const ASSIGNED: ReadonlySet<string> = new Set(["process", "Buffer", "performance"]);
const OBJECTS: ReadonlySet<string> = new Set(["crypto", "navigator"]);
const FUNCTIONS: ReadonlySet<string> = new Set(["atob", "btoa"]);

/** Whether a global is behind an accessor of Node's that only hands out what there is, or what a program has assigned. */
export function handsOutAssigned(name: string): boolean {
  return ASSIGNED.has(name) && isReadByNode(name);
}

/** Whether reading a global runs no code of the program: it is no accessor, or one of Node's. */
export function isReadByNode(name: string): boolean {
  const get = getOwnPropertyDescriptor(globalThis, name)?.get;
  return get === undefined || getters.get(name)?.has(get) === true;
}

/**
 * What `typeof` says of a global behind an accessor; null where only running code of the program would tell. For a global whose type
 * differs from moment to moment (`localStorage`), a text that is no type: a tap notes each read of it.
 */
export function typeBehindAccessor(name: string): string | null {
  const get = getOwnPropertyDescriptor(globalThis, name)?.get;
  if (get === undefined || getters.get(name)?.has(get) !== true) return null;
  if (ASSIGNED.has(name)) return typeof (globalThis as unknown as Record<string, unknown>)[name];
  if (OBJECTS.has(name)) return "object";
  return FUNCTIONS.has(name) || /^[A-Z]/.test(name) ? "function" : `behind an accessor: ${name}`;
}
