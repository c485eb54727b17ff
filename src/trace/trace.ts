/**
 * What a recorded call learned from outside, what it printed and what it wrote: data that an entry keeps. Who asked, and
 * how it is asked again, is the business of {@link Outside}; nothing here knows files, variables or streams.
 */

import { hashText } from "../hash.ts";
import { textOf } from "../text-encoding.ts";

/** One thing that a body learned from outside: a question that can be asked again, and the answer it got. */
export interface Observation {
  /** The operation and its arguments, as texts. */
  readonly query: readonly string[];
  /** The answer, or its hash. */
  readonly answer: string;
  /** What shows without asking that the answer is still the same; empty where nothing can be trusted to. */
  readonly sign: string;
  /** It was not answered at once: a call that has waited for it is answered only after as much waiting. */
  readonly waits?: true;
  /** It is about something that the call itself had written before: it has that answer once this is written again. */
  readonly own?: true;
}

/** One piece of what a body printed. */
export interface Output {
  /** 1 for stdout, 2 for stderr. */
  readonly stream: 1 | 2;
  /** By a method of the console, or by the stream's own `write`. */
  readonly via: "console" | "write";
  /** A text with its encoding, or bytes. */
  readonly data: string | Uint8Array;
  readonly encoding: string;
}

/** Something outside that a body wrote as a whole, so that it can be written again. */
export interface Write {
  /** The operation and its arguments, as texts; the first argument is what was written. */
  readonly action: readonly string[];
  /** Hash of what a file was given, which is kept apart; empty where nothing is. */
  readonly content: string;
  /** Bytes of it. */
  readonly size: number;
  /** How many of the call's observations came before. */
  readonly after: number;
  /** It was not done at once. */
  readonly waits?: true;
}

/** A write as it happens. */
export interface Written extends Omit<Write, "after"> {
  /** What a file was given; null where the store has it already. */
  readonly bytes: Uint8Array | null;
}

export interface Trace {
  readonly observations: readonly Observation[];
  readonly output: readonly Output[];
  readonly writes?: readonly Write[];
}

export const NO_TRACE: Trace = { observations: [], output: [] };

/** What the core needs to know of the world outside, to trust a trace and to print again. */
export interface Outside {
  /**
   * Why code that looks outside cannot be cached at the moment (what it would call was replaced), or null.
   * @param streams it makes streams of files
   */
  replaced(streams: boolean): string | null;
  /** Asks again: the observation, with a sign that can be trusted where there is one now, or null if it is another. */
  verify(observation: Observation): Observation | null;
  /** Asks again what a call has waited for, in the same way: whether the answer is the same. Never rejects. */
  verifyLater(observation: Observation): Promise<boolean>;
  /** What an observation is of, for a reader: `file data.txt`. */
  describe(observation: Observation): string;
  /** Whether printing now is what the body itself would do. */
  canPrint(output: readonly Output[]): boolean;
  print(output: readonly Output[]): void;
  /**
   * Writes again what a call has written, in its order, and asks again in between what the call has asked since its first
   * write. If anything cannot be written, or has another answer, what is done already is undone.
   * @param content what a file was given, by its hash
   * @returns whether it is done
   */
  restore(trace: Trace, content: (hash: string) => Uint8Array | undefined): boolean;
  /** Whether that can be tried: each place is one where the same can be written. */
  canRestore(trace: Trace): boolean;
  /** Waits as briefly as a program waits that has something written. Never rejects. */
  wait(): Promise<void>;
  /** Whether what a call wrote is there now. */
  wrote(writes: readonly Write[]): boolean;
  /** What was written, for a reader: `file out.txt`. */
  describeWrite(write: Write): string;
}

/** Things that a body may learn or write, and bytes that it may print or write, before recording it is given up. */
export const LIMITS = {
  observations: 20_000,
  output: 1024 * 1024,
  writes: 10_000,
  written: 256 * 1024 * 1024,
} as const;

/** What is said of a call that asks twice and gets two answers. */
export const CHANGED = "reads what changed while it ran";

/** Collects the trace of one call. */
export class Recording {
  readonly #observations: Observation[] = [];
  readonly #answers = new Map<string, string>();
  /** What was asked since the last write: that may have changed the answers to what was asked before. */
  readonly #asked = new Set<string>();
  readonly #output: Output[] = [];
  readonly #writes: Write[] = [];
  /** What was written, as queries name it. */
  readonly #own = new Set<string>();
  /** What files were given, by hash. */
  readonly contents = new Map<string, Uint8Array>();
  #bytes = 0;
  #written = 0;

  /** Notes an answer. Returns why the call cannot be cached any more, or null. */
  observe({ query, answer, sign, waits }: Observation): string | null {
    const key = query.join("\0");
    const isKnown = this.#asked.has(key);
    const own = this.wrote(query[1]);
    if (this.#answers.has(key) && this.#answers.get(key) !== answer && (isKnown || !own)) return CHANGED;
    if (isKnown) return null;
    if (this.#observations.length >= LIMITS.observations) return `reads more than ${LIMITS.observations} things`;
    this.#asked.add(key);
    this.#answers.set(key, answer);
    const more = { ...(waits && { waits }), ...(own && { own }) };
    this.#observations.push({ query, answer, sign: own ? "" : sign, ...more });
    return null;
  }

  /** Notes a write. Returns why the call cannot be cached any more, or null. */
  write({ action, content, size, waits, bytes }: Written): string | null {
    this.#written += size;
    if (this.#written > LIMITS.written) return `writes more than ${LIMITS.written} bytes`;
    if (this.#writes.length >= LIMITS.writes) return `writes more than ${LIMITS.writes} times`;
    this.#writes.push({ action, content, size, after: this.#observations.length, ...(waits && { waits }) });
    if (bytes) this.contents.set(content, bytes);
    this.#own.add(action[1] as string);
    this.#asked.clear();
    return null;
  }

  /** Whether the call has written what a query is about. */
  wrote(subject: string | undefined): boolean {
    return subject !== undefined && this.#own.has(subject);
  }

  /** Notes a piece of output. Returns why the call cannot be cached any more, or null. */
  print(output: Output): string | null {
    this.#bytes += output.data.length;
    if (this.#bytes > LIMITS.output) return `prints more than ${LIMITS.output} bytes`;
    this.#output.push(output);
    return null;
  }

  get isEmpty(): boolean {
    return this.#observations.length + this.#output.length + this.#writes.length === 0;
  }

  get trace(): Trace {
    if (this.isEmpty) return NO_TRACE;
    const writes = this.#writes.length > 0 && { writes: this.#writes };
    return { observations: this.#observations, output: this.#output, ...writes };
  }
}

/** Whether a call has waited for anything that it learned or wrote. */
export function hasWaited({ observations, writes = [] }: Trace): boolean {
  return observations.some(({ waits }) => waits) || writes.some(({ waits }) => waits);
}

/** The key of the record of what a file was given. */
export function contentKey(hash: string): string {
  return hashText(`content ${hash}`);
}

type PackedWrite = [action: readonly string[], content: string, size: number, after: number, waits: boolean];
type Packed = [
  observations: [query: readonly string[], answer: string, sign: string, flags?: number][],
  output: unknown[][],
  writes?: PackedWrite[],
];
const WAITS = 1;
const OWN = 2;

/** A trace as bytes; none for an empty one. */
export function packTrace({ observations, output, writes = [] }: Trace): Uint8Array {
  if (observations.length + output.length + writes.length === 0) return new Uint8Array(0);
  const pack: Packed = [
    observations.map(({ query, answer, sign, waits, own }) => {
      const flags = (waits ? WAITS : 0) | (own ? OWN : 0);
      return flags === 0 ? [query, answer, sign] : [query, answer, sign, flags];
    }),
    output.map(({ stream, via, data, encoding }) =>
      typeof data === "string"
        ? [stream, via, encoding, data]
        : [stream, via, encoding, Buffer.from(data).toString("base64"), true],
    ),
  ];
  if (writes.length > 0) pack.push(writes.map(packWrite));
  return Buffer.from(JSON.stringify(pack));
}

/** Cost: about 1 us for each observation. */
export function unpackTrace(bytes: Uint8Array): Trace {
  if (bytes.byteLength === 0) return NO_TRACE;
  const [observations, output, writes] = JSON.parse(textOf(bytes, "utf8")) as Packed;
  return {
    observations: observations.map(([query, answer, sign, flags = 0]) => ({
      query,
      answer,
      sign,
      ...(flags & WAITS && { waits: true as const }),
      ...(flags & OWN && { own: true as const }),
    })),
    output: output.map(([stream, via, encoding, data, isBinary]) => {
      return { stream, via, encoding, data: isBinary ? Buffer.from(data as string, "base64") : data } as Output;
    }),
    ...(writes && {
      writes: writes.map(([action, content, size, after, waits]) => {
        return { action, content, size, after, ...(waits && { waits: true as const }) };
      }),
    }),
  };
}

function packWrite({ action, content, size, after, waits }: Write): PackedWrite {
  return [action, content, size, after, waits === true];
}

/** Whether two calls printed the same. */
export function sameOutput(a: readonly Output[], b: readonly Output[]): boolean {
  const bytes = (output: readonly Output[]) => packTrace({ observations: [], output });
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}

/** Whether two calls wrote the same at each place: in which order they got to the places does not show. */
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
