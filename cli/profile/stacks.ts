/** The stacks of a profile, as the functions of the program and dumbo see them. */
import { GUARD_NAME } from "../../src/code/guard-text.ts";
import type { CpuProfile, ProfileNode } from "./cpu-profile.ts";
import type { ProgramFunctions } from "./program-functions.ts";

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
    };

type Running = Extract<Stack, { kind: "running" }>;

/** The stack of each node of a profile, by its id. */
export function stacksOf({ nodes }: Pick<CpuProfile, "nodes">, functions: ProgramFunctions): Map<number, Stack> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const inner = new Set(nodes.flatMap(({ children = [] }) => children));
  const outermost: Running = { kind: "running", functions: [], inner: null, isDumbo: false };
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
  readonly own: Running;
  readonly handedOn: Running;
}

function within(caller: Running, node: ProfileNode, functions: ProgramFunctions): Within {
  const frame = functions.frameOf(node);
  switch (frame.kind) {
    case "node":
      return same(caller);
    case "program":
      return same({ ...caller, isDumbo: false });
    case "dumbo": {
      const own = { ...caller, isDumbo: true };
      // A tap is called in a function's body and not by its guard: what it calls of Node is what the program asked for.
      const isTap = caller.inner !== null && !caller.isDumbo && node.callFrame.functionName !== GUARD_NAME;
      return { own, handedOn: isTap ? caller : own };
    }
    case "function": {
      const { key } = frame;
      const all = caller.functions.includes(key) ? caller.functions : [...caller.functions, key];
      return same({ kind: "running", functions: all, inner: key, isDumbo: false });
    }
  }
}

function same(stack: Running): Within {
  return { own: stack, handedOn: stack };
}

function namedByV8({ callFrame: { functionName, url } }: ProfileNode): Stack | null {
  if (url !== "") return null;
  if (functionName === "(idle)") return { kind: "idle" };
  return functionName === "(garbage collector)" || functionName === "(program)" ? { kind: "unnamed" } : null;
}
