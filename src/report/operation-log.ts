/** `DUMBO_LOG=ops`: one line for each thing that dumbo does, with the parts of keys. */
import type { FunctionMessage, NamedKey, Operation } from "../call/events.ts";
import type { KeyParts } from "../key/key.ts";
import { describe } from "../reason/describe.ts";
import { modulePath } from "./summary.ts";
import { time } from "./words.ts";

/** Digits of a hash that are shown: enough to tell two keys of a function apart. */
const DIGITS = 8;
const PARTS: readonly (keyof KeyParts)[] = ["code", "self", "args", "state", "env"];

// Taken before the program can replace them, and before the taps do.
const OwnDate = Date;
const { toISOString } = Date.prototype;

/**
 * An operation as a line, without its end: when, what, which function, and the rest as `name=value`.
 * @param at milliseconds since 1970
 * @param ran milliseconds since the program started
 * @param root the folder that names of files start from
 */
export function operationLine(operation: Operation, at: number, ran: number, root: string): string {
  const time = `${Reflect.apply(toISOString, new OwnDate(at), [])} +${ran.toFixed(1)}ms`;
  const what = "fn" in operation ? ` ${functionText(operation.fn, root)}` : "";
  return `${time} ${operation.kind}${what} ${detailsOf(operation, root)}`;
}

function functionText({ name, url, line }: FunctionMessage, root: string): string {
  return `${name} ${modulePath(url, root)}:${line}`;
}

function detailsOf(operation: Operation, root: string): string {
  switch (operation.kind) {
    case "hit":
    case "store":
      return `${keyText(operation.key)} cost=${time(operation.cost)} bytes=${operation.bytes}`;
    case "miss":
      return keyText(operation.key);
    case "refuse": {
      const { reason, at, final } = operation;
      const place = at === null ? "" : ` at=${modulePath(at.url, root)}:${at.line}`;
      return `final=${final}${place} reason=${JSON.stringify(describe(reason))}`;
    }
    case "invalidate":
      return `key=${operation.key} reason=${JSON.stringify(describe(operation.reason))}`;
    case "evict":
      return `key=${operation.key} bytes=${operation.bytes}`;
  }
}

function keyText({ hash, parts }: NamedKey): string {
  let text = `key=${hash}`;
  // By index: the program may have replaced the methods of arrays.
  for (let i = 0; i < PARTS.length; i++) {
    const part = PARTS[i] as keyof KeyParts;
    text += ` ${part === "self" ? "this" : part}=${parts[part].slice(0, DIGITS)}`;
  }
  return text;
}
