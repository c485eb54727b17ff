/**
 * Prints what the taps really watch on the running Node: for every export of every built-in module, every global, and
 * their members, the kind of event that a use of it publishes. Nothing is called for that: a tap is asked what it would
 * publish. To be run with `bare.cjs` preloaded (test/support/tap-programs.ts).
 */
process.removeAllListeners("warning");
process.on("warning", () => {});
process.on("unhandledRejection", () => {});
const { builtinModules, isBuiltin } = require("node:module");
const globals = /** @type {any} */ (globalThis);
const { taps } = globals;
delete globals.taps;

const handlers = new WeakMap();
const Original = Proxy;
function NotingProxy(target, handler) {
  const proxy = new Original(target, handler);
  handlers.set(proxy, handler);
  return proxy;
}
globals.Proxy = NotingProxy;
let events = [];
taps.installChannels((event) => events.push(event));
taps.installTaps();
for (const name of taps.lazyGlobals) taps.tapGlobal(name);

/** The kind of the first event of what `use` does in a frame, or "". */
function kindOf(use, isMeant = () => true) {
  events = [];
  taps.state.open++;
  try {
    use();
  } catch {
    // Nothing here gets what it would need.
  } finally {
    taps.state.open--;
  }
  return events.find(isMeant)?.kind ?? "";
}

/** Functions that only lead to tapped ones, and arguments with which they do no harm. */
const PROBES = new Map([[require("node:crypto").getRandomValues, [new Uint8Array(1)]]]);

/** Functions that are tapped by a closure: they take no arguments, and ask or tell nothing that takes time. */
const isClosure = (fn) => taps.originalOf(fn) !== fn && !handlers.has(fn);

function kindOfFunction(fn, holder, key) {
  const handler = handlers.get(fn);
  if (handler !== undefined) return kindOf(() => handler.apply?.(() => {}, holder, []));
  const probe = PROBES.get(fn);
  if (probe !== undefined) return kindOf(() => fn(...probe));
  return isClosure(fn) ? kindOf(() => Reflect.apply(fn, holder, []), named(key)) : "";
}

/** Events by name: an error that Node makes, because the receiver is not what it should be, has events of its own. */
const named = (key) => (event) => event.name.endsWith(key);

function kindOfProperty(holder, key, isInherited = false) {
  const { get, value } = Object.getOwnPropertyDescriptor(holder, key) ?? {};
  if (get !== undefined) {
    // The first reading may load code, which has events of its own.
    kindOf(() => Reflect.apply(get, holder, []));
    const kind = kindOf(() => Reflect.apply(get, holder, []), isInherited ? named(key) : undefined);
    if (kind !== "") return kind;
  }
  const found = get === undefined ? value : isInherited ? undefined : valueOf(holder, key);
  return typeof found === "function" ? kindOfFunction(found, holder, key) : "";
}

function valueOf(holder, key) {
  try {
    return Reflect.get(holder, key);
  } catch {
    return undefined;
  }
}

const HIDDEN = new Set(["length", "name", "prototype", "arguments", "caller", "constructor", "__proto__"]);

/**
 * Adds what hangs on a value: members with a dot, what instances inherit with `#`.
 * @param isAll also members that are no different from the value itself
 */
function addMembers(found, path, value, isAll) {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
  for (const key of Object.getOwnPropertyNames(value)) {
    if (HIDDEN.has(key)) continue;
    const kind = kindOfProperty(value, key);
    // What the variables of the environment are called is no business of the table's.
    const isTold = kind !== "" || typeof valueOf(value, key) === "function";
    if (isAll || (isTold && kind !== found[path])) found[`${path}.${key}`] = kind;
  }
  const isClass = typeof value === "function";
  const prototype = isClass ? Object.getOwnPropertyDescriptor(value, "prototype")?.value : Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null || prototype === Object.prototype) return;
  for (const key of Object.getOwnPropertyNames(prototype)) {
    const kind = HIDDEN.has(key) ? "" : kindOfProperty(prototype, key, true);
    if (kind !== "" && kind !== found[path]) found[`${path}${isClass ? "#" : "."}${key}`] = kind;
  }
}

function ofModule(name) {
  const exports = process.getBuiltinModule(name);
  taps.tapLoaded();
  const found = {};
  for (const key of Object.getOwnPropertyNames(exports)) {
    if (typeof exports === "function" && HIDDEN.has(key)) continue;
    found[key] = kindOfProperty(exports, key);
    // `fs.promises` and its like have a table of their own.
    if (!isBuiltin(`node:${name.replace("node:", "")}/${key}`)) addMembers(found, key, valueOf(exports, key), false);
  }
  return found;
}

const OWN = new Set(["Proxy", "require", "module", "exports", "__filename", "__dirname"]);

function ofGlobals() {
  const found = { Proxy: "", "Proxy.revocable": "" };
  for (const key of Object.getOwnPropertyNames(globalThis)) {
    if (OWN.has(key)) continue;
    found[key] = kindOfProperty(globalThis, key);
    if (key !== "globalThis" && key !== "global") addMembers(found, key, valueOf(globalThis, key), true);
  }
  const subtle = globalThis.crypto?.subtle;
  if (subtle) addMembers(found, "crypto.subtle", subtle, false);
  if (globals.Temporal) addMembers(found, "Temporal.Now", globals.Temporal.Now, true);
  addMembers(found, "Intl.DateTimeFormat", Intl.DateTimeFormat, false);
  // A getter that makes a function for each formatter.
  found["Intl.DateTimeFormat#format"] = kindOfFunction(new Intl.DateTimeFormat("en").format);
  for (const key of ["hrtime", "memoryUsage", "report", "permission", "finalization"]) {
    addMembers(found, `process.${key}`, valueOf(process, key), false);
  }
  return found;
}

const schemes = ["sqlite", "test", "test/reporters", "sea", "ffi", "quic", "vfs", "dtls"].map((name) => `node:${name}`);
const modules = [...new Set([...builtinModules, ...schemes.filter((name) => isBuiltin(name))])];
// Before other modules replace what is there.
const all = { globals: ofGlobals() };
for (const name of taps.tappedBuiltins) taps.tapBuiltin(name);
for (const name of modules.sort()) {
  try {
    all[name] = ofModule(name);
  } catch (error) {
    if (
      !/^ERR_(UNKNOWN_BUILTIN_MODULE|INSPECTOR_NOT_AVAILABLE|TRACE_EVENTS_UNAVAILABLE|NO_CRYPTO)$/.test(
        /** @type {NodeJS.ErrnoException} */ (error).code ?? "",
      )
    )
      throw error;
  }
}
(async () => {
  const handle = await require("node:fs").promises.open(__filename);
  const prototype = Object.getPrototypeOf(handle);
  all["fs/promises"].FileHandle = "";
  for (const key of Object.getOwnPropertyNames(prototype)) {
    if (!HIDDEN.has(key)) all["fs/promises"][`FileHandle#${key}`] = kindOfProperty(prototype, key);
  }
  await handle.close();
  require("node:fs").writeSync(1, JSON.stringify(all));
  process.exit(0);
})();
