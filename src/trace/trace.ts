/**
 * What a recorded call read from outside, what it printed and what it wrote: data that an entry keeps. How to read, print
 * and write again is the business of {@link Outside}; nothing here knows files, variables or streams.
 */

import { hashText } from "../hash.ts";
import type { OutsideCause, Reason } from "../reason/reason.ts";
import { textOf } from "../text-encoding.ts";
import { type CallName, type Made, MadeCallsNotes } from "./made-calls.ts";

/** One thing that a body read from outside: a question that can be asked again, and the answer that it got. */
export interface Dependency {
  /** The operation and its arguments, as texts. */
  readonly query: readonly string[];
  /** The answer, or its hash. */
  readonly answer: string;
  /** While the fingerprint is the same, so is the answer: it need not be read again. Empty where nothing proves that. */
  readonly fingerprint: string;
  /** The call waited for the answer: a look-up has to wait for it, too, or it would come back before others do. */
  readonly waits?: true;
  /** The call itself had written the file before: the answer holds once the file is written again, and only then. */
  readonly selfWritten?: true;
}

/** One piece of what a body printed. */
export interface Output {
  /** 1 for stdout, 2 for stderr. */
  readonly stream: 1 | 2;
  /** By a method of the console, or by the stream's `write`. */
  readonly via: "console" | "write";
  /** A text with its encoding, or bytes. */
  readonly data: string | Uint8Array;
  readonly encoding: string;
}

/** Something outside that a body wrote as a whole, so that it can be written again. */
export interface Write {
  /** The operation and its arguments, as texts; the first argument is the path that was written. */
  readonly action: readonly string[];
  /** Hash of the file's new content, which has a record of its own; empty where there is none. */
  readonly content: string;
  /** Bytes of the content. */
  readonly size: number;
  /** How many of the call's dependencies came before the write. */
  readonly after: number;
  /** The call waited for it. */
  readonly waits?: true;
}

/** A write as it happens. */
export interface Written extends Omit<Write, "after"> {
  /** The file's new content; null where the store has it already. */
  readonly bytes: Uint8Array | null;
  /** Whether nothing was at the place; absent where that is not known. */
  readonly isNew?: boolean;
  /** A function of the program is told whether anything was: the line of the call does not show whether that counts. */
  readonly isTold?: true;
  /** Of a copy: the file that was copied, where that and the place are all that it depends on. */
  readonly source?: CopiedFile;
}

/** A file of which another one was made a copy. */
export interface CopiedFile {
  /** What of it the copy depends on: its content, and its mode. */
  readonly asked: readonly Dependency[];
  /** In the form of actions. */
  readonly mode: string;
}

export interface Trace {
  readonly dependencies: readonly Dependency[];
  readonly output: readonly Output[];
  /** It has read values of `process` that its key holds: calls around it that have waited may not do that. */
  readonly readsKeyed?: true;
  readonly writes?: readonly Write[];
  /** The calls of functions memoized by hand that it has made; none if it is not there. */
  readonly made?: Made;
  /** The call itself, where it has made some. */
  readonly maker?: CallName;
}

export const NO_TRACE: Trace = { dependencies: [], output: [] };

/** What the core needs of the audit: to validate a trace, and to print and write again. */
export interface Outside {
  /**
   * Why code that reads, prints or writes cannot be cached at the moment (the program replaced a function that it calls), or null.
   * @param streams whether it makes streams of files
   */
  replaced(streams: boolean): string | null;
  /** Reads again. @returns the dependency, with a fresh fingerprint if there is one now, or null if the answer is another */
  revalidate(dependency: Dependency): Dependency | null;
  /** Reads again by waiting, as the call did. Answers whether the answer is the same. Never rejects. */
  revalidateLater(dependency: Dependency): Promise<boolean>;
  /** What the answer is that no global has one of these names. */
  absence(names: readonly string[]): Dependency;
  /** What code depends on that takes the console as a value; null while the program has made another one of it. */
  consoleTaken(): Dependency | null;
  /** What code depends on that may look at built-in functions of some names as at objects; null where something was put on one. */
  builtInsAsMade(names: readonly string[]): Dependency | null;
  /** What a dependency is of, for a reader: `file data.txt`. */
  describeDependency(dependency: Dependency): string;
  /** Whether printing now does what the body itself would do: neither the streams nor the console were replaced. */
  canPrint(output: readonly Output[]): boolean;
  print(output: readonly Output[]): void;
  /**
   * Writes again what a call wrote, in its order, and in between reads again what the call read since its first write. If a
   * write fails or an answer is another, all writes are undone.
   * @param content a file's new content, by its hash
   * @returns whether all is written
   */
  restore(trace: Trace, content: (hash: string) => Uint8Array | undefined): boolean;
  /** Whether `restore` may be tried: each place is one where the same can be written. */
  canRestore(trace: Trace): boolean;
  /** Waits as a program waits for a write of a few bytes. Never rejects. */
  wait(): Promise<void>;
  /** Whether the files have the content now that a call wrote. */
  wrote(writes: readonly Write[]): boolean;
  /** What was written, for a reader: `file out.txt`. */
  describeWrite(write: Write): string;
}

/** How much a body may read, print and write before its recording is given up. */
export const LIMITS = {
  dependencies: 20_000,
  output: 1024 * 1024,
  writes: 10_000,
  written: 256 * 1024 * 1024,
} as const;

/** Why a call is not stored that read the same twice and got two answers. */
export const CHANGED: Reason = { kind: "changed-while-read" };

/** Collects the trace of one call. */
export class Recording {
  readonly #dependencies: Dependency[] = [];
  readonly #answers = new Map<string, string>();
  /** Queries since the last write, which may have changed the answers of earlier ones. */
  readonly #sinceWrite = new Set<string>();
  readonly #output: Output[] = [];
  readonly #writes: Write[] = [];
  /** Paths that the call has written, as queries name them. */
  readonly #subjects = new Set<string>();
  /** New contents of files, by hash. */
  readonly contents = new Map<string, Uint8Array>();
  /** How many of the answers are about what the call has written itself. */
  selfWritten = 0;
  #made: MadeCallsNotes | null = null;
  #readsKeyed = false;
  #outputBytes = 0;
  #writtenBytes = 0;

  /** Notes a read. Returns why the call cannot be cached any more, or null. */
  noteDependency({ query, answer, fingerprint, waits }: Dependency): Reason | null {
    const key = query.join("\0");
    const isRepeated = this.#sinceWrite.has(key);
    const selfWritten = this.wrote(query[1]);
    if (this.#answers.has(key) && this.#answers.get(key) !== answer && (isRepeated || !selfWritten)) return CHANGED;
    if (isRepeated) return null;
    if (this.#dependencies.length >= LIMITS.dependencies) return tooMuch("reads", LIMITS.dependencies);
    this.#sinceWrite.add(key);
    this.#answers.set(key, answer);
    const more = { ...(waits && { waits }), ...(selfWritten && { selfWritten }) };
    if (selfWritten) this.selfWritten++;
    this.#dependencies.push({ query, answer, fingerprint: selfWritten ? "" : fingerprint, ...more });
    return null;
  }

  /** Notes a write. Returns why the call cannot be cached any more, or null. */
  noteWrite({ action, content, size, waits, bytes }: Written): Reason | null {
    this.#writtenBytes += size;
    if (this.#writtenBytes > LIMITS.written) return tooMuch("written-bytes", LIMITS.written);
    if (this.#writes.length >= LIMITS.writes) return tooMuch("writes", LIMITS.writes);
    this.#writes.push({ action, content, size, after: this.#dependencies.length, ...(waits && { waits }) });
    if (bytes) this.contents.set(content, bytes);
    this.#subjects.add(action[1] as string);
    this.#sinceWrite.clear();
    return null;
  }

  /** Notes that the call has read a value of `process` that its key holds. */
  noteKeyedRead(): void {
    this.#readsKeyed = true;
  }

  /** Whether the call has written the path that a query names. */
  wrote(subject: string | undefined): boolean {
    return subject !== undefined && this.#subjects.has(subject);
  }

  /** Notes a piece of output. Returns why the call cannot be cached any more, or null. */
  notePrint(output: Output): Reason | null {
    this.#outputBytes += output.data.length;
    if (this.#outputBytes > LIMITS.output) return tooMuch("output", LIMITS.output);
    this.#output.push(output);
    return null;
  }

  /** The calls of functions memoized by hand that the body has made so far. */
  get made(): MadeCallsNotes {
    this.#made ??= new MadeCallsNotes();
    return this.#made;
  }

  /** Whether the body has read, printed and written nothing. */
  get isEmpty(): boolean {
    return this.#dependencies.length + this.#output.length + this.#writes.length === 0;
  }

  get trace(): Trace {
    if (this.isEmpty && this.#made === null && !this.#readsKeyed) return NO_TRACE;
    const writes = this.#writes.length > 0 && { writes: this.#writes };
    const made = this.#made !== null && { made: this.#made.made };
    const keyed = this.#readsKeyed && { readsKeyed: true as const };
    return { dependencies: this.#dependencies, output: this.#output, ...keyed, ...writes, ...made };
  }
}

function tooMuch(of: Extract<OutsideCause, { kind: "trace-limit" }>["of"], limit: number): Reason {
  return { kind: "trace-limit", of, limit };
}

/** Whether a call waited for anything that it read or wrote. */
export function hasWaited({ dependencies, writes = [] }: Trace): boolean {
  return dependencies.some(({ waits }) => waits) || writes.some(({ waits }) => waits);
}

/** The key of the record that holds a file's new content. */
export function contentKey(hash: string): string {
  return hashText(`content ${hash}`);
}

type PackedWrite = [action: readonly string[], content: string, size: number, after: number, waits: boolean];
type PackedName = [key: string, name: string];
type PackedMade = [maker: PackedName | 0, direct: PackedName[], indirect: string[]] | 0;
type Packed = [
  dependencies: [query: readonly string[], answer: string, fingerprint: string, flags?: number][],
  output: unknown[][],
  writes?: PackedWrite[],
  made?: PackedMade | null,
  readsKeyed?: true,
];
const WAITS = 1;
const SELF_WRITTEN = 2;

/** A trace as bytes; none for an empty one. */
export function packTrace({ dependencies, output, writes = [], made, maker, readsKeyed }: Trace): Uint8Array {
  const isEmpty = dependencies.length + output.length + writes.length === 0 && made === undefined;
  if (isEmpty && readsKeyed === undefined) return new Uint8Array(0);
  const pack: Packed = [
    dependencies.map(({ query, answer, fingerprint, waits, selfWritten }) => {
      const flags = (waits ? WAITS : 0) | (selfWritten ? SELF_WRITTEN : 0);
      return flags === 0 ? [query, answer, fingerprint] : [query, answer, fingerprint, flags];
    }),
    output.map(({ stream, via, data, encoding }) =>
      typeof data === "string"
        ? [stream, via, encoding, data]
        : [stream, via, encoding, Buffer.from(data).toString("base64"), true],
    ),
  ];
  if (writes.length > 0 || made !== undefined || readsKeyed) pack.push(writes.map(packWrite));
  if (made !== undefined || readsKeyed) pack.push(made === undefined ? null : packMade(made, maker));
  if (readsKeyed) pack.push(readsKeyed);
  return Buffer.from(JSON.stringify(pack));
}

/** Cost: about 1 us for each dependency. */
export function unpackTrace(bytes: Uint8Array): Trace {
  if (bytes.byteLength === 0) return NO_TRACE;
  const [dependencies, output, writes = [], made = null, readsKeyed] = JSON.parse(textOf(bytes, "utf8")) as Packed;
  return {
    dependencies: dependencies.map(([query, answer, fingerprint, flags = 0]) => ({
      query,
      answer,
      fingerprint,
      ...(flags & WAITS && { waits: true as const }),
      ...(flags & SELF_WRITTEN && { selfWritten: true as const }),
    })),
    output: output.map(([stream, via, encoding, data, isBinary]) => {
      return { stream, via, encoding, data: isBinary ? Buffer.from(data as string, "base64") : data } as Output;
    }),
    ...(writes.length > 0 && {
      writes: writes.map(([action, content, size, after, waits]) => {
        return { action, content, size, after, ...(waits && { waits: true as const }) };
      }),
    }),
    ...(made !== null && unpackMade(made)),
    ...(readsKeyed && { readsKeyed }),
  };
}

function packMade(made: Made, maker: CallName | undefined): PackedMade {
  if (made === "unknown") return 0;
  return [maker === undefined ? 0 : packName(maker), made.direct.map(packName), [...made.indirect]];
}

function unpackMade(packed: PackedMade): Pick<Trace, "made" | "maker"> {
  if (packed === 0) return { made: "unknown" };
  const [maker, direct, indirect] = packed;
  return { made: { direct: direct.map(unpackName), indirect }, ...(maker !== 0 && { maker: unpackName(maker) }) };
}

function packName({ key, name }: CallName): PackedName {
  return [key, name];
}

function unpackName([key, name]: PackedName): CallName {
  return { key, name };
}

function packWrite({ action, content, size, after, waits }: Write): PackedWrite {
  return [action, content, size, after, waits === true];
}

/** The questions and answers of a trace as a text: equal for equal dependencies, whatever their fingerprints are. */
export function dependencyText({ dependencies }: Trace): string {
  return JSON.stringify(dependencies.map(({ query, answer }) => [query, answer]));
}

/** Whether two calls read the same, and got the same answers. */
export function sameDependencies(a: Trace, b: Trace): boolean {
  return dependencyText(a) === dependencyText(b);
}

/** Whether two calls printed the same. */
export function sameOutput(a: readonly Output[], b: readonly Output[]): boolean {
  const bytes = (output: readonly Output[]) => packTrace({ dependencies: [], output });
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}

/** Whether two calls wrote the same at each path. The order of paths does not count: no reader can tell it later. */
export function sameWrites(a: readonly Write[] = [], b: readonly Write[] = []): boolean {
  const placeOf = ({ action }: Write) => action[1] as string;
  const told = (writes: readonly Write[]) => {
    const byPlace = writes.toSorted((one, other) =>
      placeOf(one) < placeOf(other) ? -1 : +(placeOf(one) > placeOf(other)),
    );
    return JSON.stringify(byPlace.map(({ action, content }) => [action, content]));
  };
  return told(a) === told(b);
}
