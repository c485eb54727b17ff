/** The stacks of a profile, in terms of functions of the program and of dumbo. */
import { GUARD_NAME } from "../../src/code/guard-text.ts";
import type { CpuProfile, ProfileNode } from "./cpu-profile.ts";
import type { ProgramFunctions } from "./program-functions.ts";

/**
 * How far a call has come. `asked`: its guard asks for a result. `answered`: the guard has found one. `runs`: the guard has found none, and
 * the body runs, or dumbo works for it.
 */
export type Progress = "asked" | "answered" | "runs";

/** Names of dumbo's functions that a guard calls only when it has found a result. */
export const ANSWERING = new Set(["decodeEntry", "answerHit"]);
/** Names of dumbo's functions that call a function again from within its guard, to store what it returns. */
export const RUNNING = new Set(["#runBody", "execute", "executeInPlace", "#measure"]);

/** What a thread does at the moment of a sample. */
export type Stack =
  /** It waits. */
  | { readonly kind: "idle" }
  /** It collects garbage, or runs code that V8 does not name, on behalf of what ran before. */
  | { readonly kind: "unnamed" }
  | {
      readonly kind: "running";
      /** The keys of functions, the outermost first. A function that is on the stack several times is listed once, at its outermost call. */
      readonly functions: readonly string[];
      /** The key of the innermost function. */
      readonly inner: string | null;
      /** Whether dumbo runs: for a call of the innermost function, or to load a module. */
      readonly isDumbo: boolean;
      /** How far the outermost call of the innermost function has come. */
      readonly progress: Progress;
    };

type Running = Extract<Stack, { kind: "running" }>;

/** A stack that may get another frame. */
interface Open extends Running {
  /** Whether the innermost function is on the stack once, so that a guard which is called now is that of its outermost call. */
  readonly isOutermost: boolean;
}

/** The stack of each node of a profile, by its id. */
export function stacksOf({ nodes }: Pick<CpuProfile, "nodes">, functions: ProgramFunctions): Map<number, Stack> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const inner = new Set(nodes.flatMap(({ children = [] }) => children));
  const outermost: Open = {
    kind: "running",
    functions: [],
    inner: null,
    isDumbo: false,
    isOutermost: false,
    progress: "runs",
  };
  const found = new Map<number, Stack>();
  // Without recursion, because the stack of a program may be deeper than that of this process.
  const open = nodes.filter(({ id }) => !inner.has(id)).map((node) => ({ node, caller: outermost }));
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, caller } = next;
    const { own, handedOn } = within(caller, node, functions);
    found.set(node.id, namedByV8(node) ?? own);
    for (const child of node.children ?? []) {
      const callee = byId.get(child);
      if (callee) open.push({ node: callee, caller: handedOn });
    }
  }
  return found;
}

/** The stack of a frame, and the stack that its callees go on from. */
interface Within {
  readonly own: Open;
  readonly handedOn: Open;
}

function within(caller: Open, node: ProfileNode, functions: ProgramFunctions): Within {
  const frame = functions.frameOf(node);
  switch (frame.kind) {
    case "node":
      return same(caller);
    case "program":
      return same({ ...caller, isDumbo: false, isOutermost: false, progress: "runs" });
    case "dumbo": {
      const own = { ...caller, isDumbo: true, progress: progressOf(caller, node.callFrame.functionName) };
      // A tap is called by a function's body and not by a guard. Functions of Node that it calls work for the program.
      const isTap = caller.inner !== null && !caller.isDumbo && node.callFrame.functionName !== GUARD_NAME;
      return { own, handedOn: isTap ? caller : own };
    }
    case "function": {
      const { key } = frame;
      const isOutermost = !caller.functions.includes(key);
      const all = isOutermost ? [...caller.functions, key] : caller.functions;
      return same({ kind: "running", functions: all, inner: key, isDumbo: false, isOutermost, progress: "runs" });
    }
  }
}

/** @param name of a function of dumbo */
function progressOf({ isOutermost, progress }: Open, name: string): Progress {
  if (name === GUARD_NAME) return isOutermost ? "asked" : "runs";
  if (progress === "runs" || RUNNING.has(name)) return "runs";
  return ANSWERING.has(name) ? "answered" : progress;
}

function same(stack: Open): Within {
  return { own: stack, handedOn: stack };
}

function namedByV8({ callFrame: { functionName, url } }: ProfileNode): Stack | null {
  if (url !== "") return null;
  if (functionName === "(idle)") return { kind: "idle" };
  return functionName === "(garbage collector)" || functionName === "(program)" ? { kind: "unnamed" } : null;
}
