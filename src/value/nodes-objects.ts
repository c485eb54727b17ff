/**
 * Objects of the language and of Node that are the same at each call, so that no copy of one may come back. Those that Node's modules hand
 * out, like `path.win32` and `util.types`, are found before the program has them (audit/builtins/module-objects.ts).
 */

const objects = new Set<object>();
const ofModules = new Set<object>();

export function noteNodesObject(object: object): void {
  objects.add(object);
}

/** Notes one of a module, whose name is the same in each run in which the module is loaded. */
export function noteModuleObject(object: object): void {
  objects.add(object);
  ofModules.add(object);
}

/** Takes 10 ns, and the object may be a proxy. */
export function isNodesObject(value: object): boolean {
  return objects.has(value);
}

/** Whether results hold an object by its name. */
export function isModuleObject(value: object): boolean {
  return ofModules.has(value);
}
