/** The stacks of a profile, as the functions of the program and dumbo see them. */
import { GUARD_NAME } from "../../src/code/guard-text.ts";
import type { CpuProfile, ProfileNode } from "./cpu-profile.ts";
import type { ProgramFunctions } from "./program-functions.ts";

/**
 * How far a call is, as far as its stack tells. `asked`: its guard asks for its result. `answered`: the guard has found it. `runs`: it
 * has not, and the body runs, or dumbo works for it.
 */
export type Progress = "asked" | "answered" | "runs";

/** What dumbo's functions are called that nothing but a call with a result reaches, below its guard. */
export const ANSWERING = new Set(["decodeEntry", "answerHit"]);
/** What those are called that call a function once more from within its guard, and store what it returns. */
export const RUNNING = new Set(["#runBody", "execute", "executeInPlace", "#measure"]);

/** What a sample says of its thread at that moment. */
export type Stack =
  /** It waits. */
  | { readonly kind: "idle" }
  /** It collects garbage, or runs code that V8 does not name: for whatever ran before. */
  | { readonly kind: "unnamed" }
  | {
      readonly kind: "running";
      /** Keys of functions, the outermost first; one that called itself, however far apart, stands there once. */
      readonly functions: readonly string[];
      /** The innermost function. */
      readonly inner: string | null;
      /** Whether it is dumbo that runs: for a call of the innermost function, or to load a module. */
      readonly isDumbo: boolean;
      /** Of the outermost call of the innermost function that is on the stack. */
      readonly progress: Progress;
    };

type Running = Extract<Stack, { kind: "running" }>;

/** A stack that may get another frame. */
interface Open extends Running {
  /** Whether a guard that is called now is that of the innermost function's outermost call, and not of a call further in. */
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
  // By hand: a program may be deeper than the stack of this process.
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

/** A frame's stack, and that of the frames of Node that it calls. */
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
      // A tap is called in a function's body and not by its guard: what it calls of Node is what the program asked for.
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
