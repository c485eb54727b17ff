/**
 * Globals that Node defines as accessors, most of them to load a module at the first read. As long as the accessor is Node's, the type
 * of the value is known without reading it.
 */

const { getOwnPropertyDescriptor, getOwnPropertyNames } = Object;

/** For each name, Node's getter and the one of dumbo's tap that stands in its place. */
const getters = new Map<string, Set<unknown>>();

/**
 * The names of Node's accessors. From Node 22 on they are listed, because asking all globals for their descriptors would make V8 create
 * some of the values: that loads eighty modules of Node, takes longer than all of dumbo, and the program can see it
 * (`require("constants").defaultCipherList`).
 */
const NAMES: readonly string[] =
  Number.parseInt(process.versions.node, 10) < 22
    ? getOwnPropertyNames(globalThis)
    : ["process", "Buffer", "performance", "crypto", "navigator", "localStorage", "sessionStorage"];

/** Notes the accessors that there are now. To be called before the program runs: once without the taps, and once with them. */
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

/** Accessors that hand out what the program has assigned last. Reading them runs only Node's code. */
const ASSIGNED: ReadonlySet<string> = new Set(["process", "Buffer", "performance"]);
const OBJECTS: ReadonlySet<string> = new Set(["crypto", "navigator"]);
const FUNCTIONS: ReadonlySet<string> = new Set(["atob", "btoa"]);

/** Whether a global is behind an accessor of Node's that hands out what the program has assigned last. */
export function handsOutAssigned(name: string): boolean {
  return ASSIGNED.has(name) && isReadByNode(name);
}

/** Whether reading a global runs no code of the program: it is no accessor, or one of Node's. */
export function isReadByNode(name: string): boolean {
  const get = getOwnPropertyDescriptor(globalThis, name)?.get;
  return get === undefined || getters.get(name)?.has(get) === true;
}

/**
 * What `typeof` gives for a global behind an accessor; null where that would run the accessor of a program. Where the type may change
 * (`localStorage`), the answer is a text that is no type, the same each time: a tap tells of each read of such a global.
 */
export function typeBehindAccessor(name: string): string | null {
  const get = getOwnPropertyDescriptor(globalThis, name)?.get;
  if (get === undefined || getters.get(name)?.has(get) !== true) return null;
  if (ASSIGNED.has(name)) return typeof (globalThis as unknown as Record<string, unknown>)[name];
  if (OBJECTS.has(name)) return "object";
  return FUNCTIONS.has(name) || /^[A-Z]/.test(name) ? "function" : `behind an accessor: ${name}`;
}
