/**
 * Whether all calls on a line are known that may be the one of which a tap tells: the tap tells the line alone, and any function that comes from elsewhere
 * may be the tapped one under another name.
 */
import { type Node, propertyName, type Scopes } from "../../audit/scan/syntax.ts";
import { sourceOf } from "./binding-source.ts";
import { callsOfFile } from "./calls-by-line.ts";
import { soleInitialiser } from "./constants.ts";
import { functionOf } from "./named-function.ts";

const CALLS: ReadonlySet<string> = new Set(["CallExpression", "NewExpression", "TaggedTemplateExpression"]);
/** Modules of Node whose functions call none that they are given, but for those of the file system which copy: they have a filter. */
const CALL_NOTHING: ReadonlySet<string> = new Set(["fs", "fs/promises", "os", "path", "url"]);
const COPIES = "cp";
/** Globals of which the members do not, or only later; `process.emit` does. */
const OBJECTS: ReadonlySet<string> = new Set(["console", "process", "Math", "Number", "Date", "Buffer"]);
/** Globals that do not themselves. */
const FUNCTIONS: ReadonlySet<string> = new Set(["Boolean", "Date", "Error", "Number", "String", "URL", "require"]);

/**
 * @param line counted from 1
 * @param names of the tapped functions: what becomes of calls by these names is looked at elsewhere (loader/parse/used-results.ts)
 * @throws SyntaxError where the file cannot be parsed
 */
export function areCallsKnown(text: string, line: number, names: ReadonlySet<string>): boolean {
  const file = callsOfFile(text, ({ type }) => CALLS.has(type));
  if (file === null) return false;
  return file.calls.on(line).every((call) => isKnown(call, names, file.scopes));
}

function isKnown(call: Node, names: ReadonlySet<string>, scopes: Scopes): boolean {
  const callee = (call.callee ?? call.tag) as Node;
  switch (callee.type) {
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return true;
    case "Identifier":
      if (names.has(callee.name as string) && call.type === "CallExpression") return true;
      return isKnownName(callee, names, scopes);
    case "MemberExpression": {
      const name = propertyName(callee);
      if (name === null) return false;
      if (names.has(name) && call.type === "CallExpression") return true;
      return isResult(callee.object as Node, names, scopes) || isKnownMember(callee.object as Node, name, scopes);
    }
    default:
      return false;
  }
}

/** Whether an object is what one of the tapped functions has returned: its methods are Node's. */
function isResult(object: Node, names: ReadonlySet<string>, scopes: Scopes): boolean {
  const variable = object.type === "Identifier" ? scopes.variableAt(object) : null;
  const value = variable === null ? object : soleInitialiser(variable, scopes);
  const call = value?.type === "AwaitExpression" ? (value.argument as Node) : value;
  if (call?.type !== "CallExpression") return false;
  const callee = call.callee as Node;
  const name = callee.type === "MemberExpression" ? propertyName(callee) : callee.name;
  return typeof name === "string" && names.has(name);
}

/** Whether a name is that of a function of the file, whose calls are on lines of its own, or of one that is none of the tapped ones. */
function isKnownName(callee: Node, names: ReadonlySet<string>, scopes: Scopes): boolean {
  const variable = scopes.variableAt(callee);
  if (variable === null) return FUNCTIONS.has(callee.name as string);
  if (functionOf(callee, scopes) !== null) return true;
  const source = sourceOf(variable, scopes);
  return source !== null && !names.has(source.imported) && isHarmless(source.from, source.imported);
}

function isKnownMember(object: Node, name: string, scopes: Scopes): boolean {
  // `fs.promises.writeFile`
  const root =
    object.type === "MemberExpression" && propertyName(object) === "promises" ? (object.object as Node) : object;
  if (root.type !== "Identifier") return false;
  const variable = scopes.variableAt(root);
  if (variable === null) return root === object && OBJECTS.has(root.name as string) && name !== "emit";
  const source = sourceOf(variable, scopes);
  if (source === null) return false;
  const { from, imported } = source;
  const isModule = imported === "default" || imported === "*";
  return (isModule || imported === "promises") && isHarmless(from, name);
}

function isHarmless(from: string, name: string): boolean {
  return CALL_NOTHING.has(from.replace(/^node:/, "")) && !name.startsWith(COPIES);
}
