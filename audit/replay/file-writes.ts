/**
 * Writes again what a recorded call has written, as the call itself would. A file that exists is written in place, so that it keeps its
 * inode, links, owner and mode. A new file gets its name when it is complete. Callers raise `state.suspended`.
 */
import { dirname } from "node:path";
import { hash128 } from "../../src/hash.ts";
import type { Trace, Write } from "../../src/trace/trace.ts";
import { files, random } from "../builtins/originals.ts";
import { replacedInside } from "../builtins/tapped-functions.ts";
import { pause, verify } from "./dependencies.ts";
import { signatureOf } from "./file-signature.ts";
import { fits, nameOf, replaysWrites, type Target, targetOf } from "./write-targets.ts";

type Undo = () => void;

/** Does an action again. Throws or answers false if it cannot be done. Puts into `undo` how to take back what it has begun. */
type Action = (args: readonly string[], content: Uint8Array, undo: Undo[]) => boolean;

const NOTHING = new Uint8Array(0);

const actions: Readonly<Record<string, Action>> = {
  copy([to, from] = [], _, undo) {
    const target = targetOf(to as string);
    if (signatureOf(from as string, "file") === null) return false;
    const source = nameOf(from as string);
    if (target.kind === "file") {
      const { mode } = files.statSync(target.name);
      undo.push(() => files.chmodSync(target.name, mode & 0o7777));
      putBack(target.name, files.readFileSync(target.name), undo);
      files.copyFileSync(source, target.name);
      return true;
    }
    return create(target, undo, (name) => files.copyFileSync(source, name));
  },
  file([path, mode] = [], content, undo) {
    const target = targetOf(path as string);
    if (target.kind !== "file") {
      const options = mode === "" ? {} : { mode: Number(mode) };
      return create(target, undo, (name) => files.writeFileSync(name, content, options));
    }
    const before = files.readFileSync(target.name);
    // The same content is written without truncating the file: its times change as in the call, and no reader sees a part of it.
    const isSame = before.length > 0 && before.equals(content);
    if (!isSame) putBack(target.name, before, undo);
    files.writeFileSync(target.name, content, { flag: isSame ? "r+" : "w" });
    return true;
  },
  folder([path, mode, flags] = [], _, undo) {
    const target = targetOf(path as string);
    const recursive = flags === "r";
    if (target.kind === "folder") return recursive;
    if (target.kind !== "missing") return false;
    for (let at = target.name; !files.existsSync(at); at = dirname(at)) undo.push(() => files.rmdirSync(at));
    // The innermost folder has to be removed first.
    undo.reverse();
    files.mkdirSync(target.name, { recursive, ...(mode !== "" && { mode: Number(mode) }) });
    return true;
  },
};

/** Has `undo` write a file as it was before. */
function putBack(name: string, before: Uint8Array, undo: Undo[]): void {
  undo.push(() => files.writeFileSync(name, before));
}

/** Makes a new file. @param make writes the file under a given name */
function create(target: Target, undo: Undo[], make: (name: string) => void): boolean {
  if (target.kind !== "missing") return false;
  const { name } = target;
  // The name is a symbolic link to a missing file. Renaming a temporary file would replace the link, so the file is written through it.
  if (target.isLink) {
    undo.push(() => files.unlinkSync(files.realpathSync(name)));
    make(name);
    return true;
  }
  const temporary = `${dirname(name)}/.dumbo-${process.pid}-${random().toString(36).slice(2)}`;
  try {
    make(temporary);
    files.renameSync(temporary, name);
  } catch (error) {
    if (files.existsSync(temporary)) files.unlinkSync(temporary);
    throw error;
  }
  undo.push(() => files.unlinkSync(name));
  return true;
}

/**
 * Writes again what a call has written: all of it, or nothing. What the call read after a write is asked again after that write.
 * @returns whether all was written, and all later reads had the same answers
 */
export function restore(trace: Trace, contentOf: (hash: string) => Uint8Array | undefined): boolean {
  return replaysWrites() && writeAgain(trace, contentOf);
}

/** The same, whatever the user allows for calls. */
export function writeAgain(
  { dependencies, writes = [] }: Pick<Trace, "dependencies" | "writes">,
  contentOf: (hash: string) => Uint8Array | undefined,
): boolean {
  const contents = writes.map(({ content }) => (content === "" ? NOTHING : contentOf(content)));
  if (contents.includes(undefined)) return false;
  const done: Undo[][] = [];
  const isDone = writes.every(({ action: [name, ...args], after }, index) => {
    const action = Object.hasOwn(actions, name as string) ? actions[name as string] : undefined;
    if (action === undefined) return false;
    const undo: Undo[] = [];
    done.push(undo);
    try {
      if (!action(args, contents[index] as Uint8Array, undo)) return false;
    } catch {
      return false;
    }
    return dependencies.slice(after, writes[index + 1]?.after).every((one) => verify(one) !== null);
  });
  if (!isDone) for (const undo of done.reverse()) takeBack(undo);
  return isDone;
}

/** Whether {@link restore} may be tried: each write can be done at its place now. */
export function canRestore({ writes = [] }: Trace): boolean {
  return (
    replaysWrites() &&
    replacedInside() === null &&
    writes.every(({ action: [name, path] }) => fits(name, targetOf(path as string)))
  );
}

function takeBack(undo: readonly Undo[]): void {
  for (const back of [...undo].reverse()) {
    try {
      back();
    } catch {
      // the action failed before it came to this step
    }
  }
}

/** Waits as long as the file system takes to answer, so that a hit is not ready earlier than the call could have been. */
export async function wait(): Promise<void> {
  await pause().catch(() => undefined);
}

/** Whether the last write at each place is still what is there. */
export function wrote(writes: readonly Write[]): boolean {
  const last = new Map(writes.map((write) => [write.action[1], write]));
  return [...last.values()].every(({ action: [name, path], content }) => {
    try {
      const at = nameOf(path as string);
      return name === "file" ? hash128(files.readFileSync(at)) === content : files.statSync(at).isDirectory();
    } catch {
      return false;
    }
  });
}

/** Describes a write for a reader. */
export function describeWrite({ action: [name, path] }: Write): string {
  return `${name === "folder" ? "directory" : "file"} ${nameOf(path as string)}`;
}
