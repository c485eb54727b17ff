/**
 * What a recorded call learned from outside and what it printed: data that an entry keeps. Who asked, and how it is
 * asked again, is the business of {@link Outside}; nothing here knows files, variables or streams.
 */

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

export interface Trace {
  readonly observations: readonly Observation[];
  readonly output: readonly Output[];
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
}

/** Things that a body may learn, and bytes that it may print, before recording it is given up. */
export const LIMITS = { observations: 20_000, output: 1024 * 1024 } as const;

/** Collects the trace of one call. */
export class Recording {
  readonly #observations = new Map<string, Observation>();
  readonly #output: Output[] = [];
  #bytes = 0;

  /** Notes an answer. Returns why the call cannot be cached any more, or null. */
  observe(observation: Observation): string | null {
    const key = observation.query.join("\0");
    const known = this.#observations.get(key);
    if (known) return known.answer === observation.answer ? null : "reads what changed while it ran";
    if (this.#observations.size >= LIMITS.observations) return `reads more than ${LIMITS.observations} things`;
    this.#observations.set(key, observation);
    return null;
  }

  /** Notes a piece of output. Returns why the call cannot be cached any more, or null. */
  print(output: Output): string | null {
    this.#bytes += output.data.length;
    if (this.#bytes > LIMITS.output) return `prints more than ${LIMITS.output} bytes`;
    this.#output.push(output);
    return null;
  }

  get isEmpty(): boolean {
    return this.#observations.size === 0 && this.#output.length === 0;
  }

  get trace(): Trace {
    return this.isEmpty ? NO_TRACE : { observations: [...this.#observations.values()], output: this.#output };
  }
}

/** Whether a call has waited for anything that it learned. */
export function hasWaited({ observations }: Trace): boolean {
  return observations.some(({ waits }) => waits);
}

type Packed = [observations: [string[], string, string, true?][], output: unknown[][]];

/** A trace as bytes; none for an empty one. */
export function packTrace({ observations, output }: Trace): Uint8Array {
  if (observations.length === 0 && output.length === 0) return new Uint8Array(0);
  const pack: Packed = [
    observations.map(({ query, answer, sign, waits }) => [
      [...query],
      answer,
      sign,
      ...(waits ? [waits] : []),
    ]) as Packed[0],
    output.map(({ stream, via, data, encoding }) =>
      typeof data === "string"
        ? [stream, via, encoding, data]
        : [stream, via, encoding, Buffer.from(data).toString("base64"), true],
    ),
  ];
  return Buffer.from(JSON.stringify(pack));
}

/** Cost: about 1 us for each observation. */
export function unpackTrace(bytes: Uint8Array): Trace {
  if (bytes.byteLength === 0) return NO_TRACE;
  const [observations, output] = JSON.parse(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(),
  ) as Packed;
  return {
    observations: observations.map(([query, answer, sign, waits]) => ({
      query,
      answer,
      sign,
      ...(waits && { waits }),
    })),
    output: output.map(([stream, via, encoding, data, isBinary]) => {
      return { stream, via, encoding, data: isBinary ? Buffer.from(data as string, "base64") : data } as Output;
    }),
  };
}

/** Whether two calls printed the same. */
export function sameOutput(a: readonly Output[], b: readonly Output[]): boolean {
  const bytes = (output: readonly Output[]) => packTrace({ observations: [], output });
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}
