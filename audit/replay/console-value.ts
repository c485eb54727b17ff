/**
 * The console as a value. All of its methods are tapped. So a call that takes the console as a value depends only on this: that it is
 * Node's own, with nothing added or replaced, and no count or timer running. That is a dependency, like the content of a file.
 */
import type { Dependency } from "../../src/trace/trace.ts";
import { noteHostObject } from "../../src/value/host-objects.ts";
import { asMadeCheck } from "../builtins/host-objects.ts";
import { digest } from "./answer-digest.ts";
import { addOperation } from "./dependencies.ts";

// Captured before the program can replace it.
const { getOwnPropertyDescriptor } = Object;
const nodes = console;

const CONSOLE = "console";
const OWN: Dependency = { query: [CONSOLE], answer: digest(true), fingerprint: "" };

/** Whether it is as it was when the taps were there, before the program had it; null until then. */
let isAsMade: (() => boolean) | null = null;

/** To be called when the console is tapped. */
export function rememberConsole(): void {
  isAsMade = asMadeCheck(nodes);
  noteHostObject(nodes, { name: CONSOLE, isAsMade, prints: true });
}

/** The dependency of a call that takes the console as a value; null if the console is not as Node made it. */
export function consoleTaken(): Dependency | null {
  return isConsoleAsMade() ? OWN : null;
}

function isConsoleAsMade(): boolean {
  const global = getOwnPropertyDescriptor(globalThis, CONSOLE);
  return global?.value === nodes && isAsMade?.() === true;
}

addOperation(CONSOLE, isConsoleAsMade);
