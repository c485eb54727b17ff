/**
 * What `import ... from "dumbo"` gives: the declarations, as users have them. The build copies this file as it is.
 *
 * Nothing here starts dumbo: that happens at the first call of a function that is memoized by hand (docs/library.md says what it takes).
 */

/** Any function. */
export type AnyFunction = (...args: never[]) => unknown;

/** Options of a function that is memoized by hand. All can be left out. */
export interface MemoOptions<F extends AnyFunction = AnyFunction> {
  /**
   * Yields what stands for the arguments in the key: it is called with them, and with `this`, at each call. An error that it throws, the call
   * throws.
   */
  readonly key?: (this: ThisParameterType<F>, ...args: Parameters<F>) => unknown;
  /** Arguments that are no part of the key, by their positions (from 0) or by the names of the parameters. */
  readonly ignore?: readonly (number | string)[];
  /** Seconds for which a result may be used. Default: without end. */
  readonly ttl?: number;
  /**
   * Seconds after `ttl` in which a result may still be used: the call is answered with it at once, and a new result is computed
   * when the running code has ended.
   */
  readonly staleWhileRevalidate?: number;
  /** How many results are kept; the oldest go. Default: as many as fit into the store. */
  readonly maxEntries?: number;
  /**
   * Stands for the code in the key: after an edit that changes results, you have to change it. You also vouch for what the code reads
   * of modules. Needed where dumbo cannot know the code (native functions, proxies); {@link Queries.explain} tells.
   */
  readonly version?: string | number;
  /** The group whose place, limits and switch the function shares. Default: none, and results go into the project's cache. */
  readonly group?: Group;
  /** A folder for the results of this function alone: short for a group with this `dir`. */
  readonly store?: string;
  /** What else results depend on, read at each call: {@link envVar}, {@link ttl}, {@link extraState}. */
  readonly state?: readonly ExtraState[];
  /** Whether an error that the function throws is kept, and thrown again by later calls. Default: no error is. */
  readonly cacheErrors?: (error: unknown) => boolean;
  /** Whether a result is kept. Default: each is. */
  readonly keep?: (result: Awaited<ReturnType<F>>) => boolean;
  /** Whether what a call prints is kept and printed again; else calls that print are not kept. Default: true. */
  readonly replay?: boolean;
  /** Share of the hits (0 to 1) whose body runs all the same, to be compared with what was kept. Default: `DUMBO_VERIFY`, or 0. */
  readonly verify?: number;
  /** You vouch for the function: that its result depends on its arguments and its code alone, whatever dumbo finds. */
  readonly assumePure?: boolean;
  /** Milliseconds that a call has to take for its result to be kept. Default: 0. */
  readonly minTime?: number;
  /**
   * A seed for `Math.random` as long as the function runs: a function that draws random numbers then has one result for each seed, which
   * is kept. A number or a text, or a function of the arguments that returns one.
   */
  readonly seed?: number | string | ((this: ThisParameterType<F>, ...args: Parameters<F>) => number | string);
  /**
   * How many results of a function that draws random numbers (`Math.random`) are kept for the same arguments. Calls get them in turn, from
   * the first one on in each process; with `seed`, a call gets the one with this number (a whole number from 0; others are taken modulo).
   */
  readonly samples?: number;
  /**
   * Calls return a {@link Lazy}: a hit does not load its result. A result that is plain data (primitives, arrays, records, Maps, Sets, bytes)
   * is not even loaded when it is passed on to another memoized function, if that call is a hit, too. Default: false.
   */
  readonly lazy?: boolean;
  /** The name in reports; with `version`, it also tells the results of different functions apart. Default: the name of the function. */
  readonly name?: string;
}

/**
 * The result of a function that is memoized with `lazy`: loaded when somebody reads it. It can be passed to memoized functions in the place
 * of the result: each gets a copy, and in the key it stands for the call that it came from.
 */
export interface Lazy<T> {
  /**
   * The result, the same one each time.
   * @throws Error with the code `ERR_DUMBO_LAZY_LOST` if the result was evicted meanwhile, and the function does not return the same again
   */
  readonly value: T;
  /** Whether the result is in memory already. */
  readonly isLoaded: boolean;
  /** This object, typed as an argument of a memoized function. */
  readonly argument: T;
}

/** A function that is memoized with `lazy`. */
export type LazyMemoized<F extends AnyFunction> = ((
  this: ThisParameterType<F>,
  ...args: Parameters<F>
) => ReturnType<F> extends Promise<infer T> ? Promise<Lazy<T>> : Lazy<ReturnType<F>>) &
  Omit<Queries<F>, "refresh"> &
  Omit<Memoized<F>, keyof Queries<F>>;

/** Something that is read at each call, and whose value is part of the key. */
export interface ExtraState {
  /** An error that it throws, the call throws. */
  readonly read: () => unknown;
}

/** What {@link Queries.peek} answers where nothing is kept: `Symbol.for("dumbo.missing")`. */
export type Missing = typeof missing;
export declare const missing: unique symbol;

/** The parts of the key of a call, each as 32 hexadecimal digits. */
export interface KeyParts {
  /** The code, and all code that it reaches; or the `version`. */
  readonly code: string;
  /** `this`, where the code uses it. */
  readonly self: string;
  readonly args: string;
  /** Variables of modules and of functions around it that the code reads. */
  readonly state: string;
  /** Node's version, time zone and locale. */
  readonly env: string;
}

export interface CallKey {
  /** 32 hexadecimal digits. */
  readonly key: string;
  readonly parts: KeyParts;
}

/** What would become of a call now, and why. */
export type Explanation =
  | {
      readonly outcome: "hit";
      readonly key: string;
      readonly parts: KeyParts;
      /** Milliseconds that the call took when it was recorded. */
      readonly cost: number;
    }
  | {
      readonly outcome: "miss";
      readonly key: string;
      readonly parts: KeyParts;
      /** A dependency of a kept result with this key that has changed: `file data.txt`. Null if there is none. */
      readonly changed: string | null;
      /** Which parts of the key differ from those of the most similar call that is kept; null where no call is. */
      readonly differs: readonly (keyof KeyParts)[] | null;
      /** Why the last call of this run was not kept, if it was not. */
      readonly lastRefusal: string | null;
    }
  /** The call runs as if there were no dumbo. */
  | { readonly outcome: "not-cached"; readonly reason: string };

/** What was counted since the process started, or since {@link Queries.resetStats}. Times are milliseconds. */
export interface MemoStats {
  readonly calls: number;
  readonly hits: number;
  readonly misses: number;
  /** Misses whose result was kept. */
  readonly stored: number;
  /** Time that hits have saved. */
  readonly saved: number;
  /** Time that dumbo took: for keys, look-ups and records. */
  readonly spent: number;
}

/** Questions about calls of a memoized function, and methods that change what is kept. A recorded call that uses one of them is not kept. */
export interface Queries<F extends AnyFunction> {
  /**
   * Whether a call with these arguments would be answered from the cache. Cost: a key and a look-up, as for a hit.
   * @example if (!render.wouldHit(page)) console.log("this takes a while");
   */
  wouldHit(...args: Parameters<F>): boolean;
  /**
   * A copy of what is kept for these arguments, without a call; {@link missing} where nothing is. Nothing is printed or written again.
   * Throws an error that was kept (`cacheErrors`). Cost: as for a hit.
   * @example const page = render.peek(source); if (page !== missing) show(page);
   */
  peek(...args: Parameters<F>): Awaited<ReturnType<F>> | Missing;
  /** Calls the function even if a result is kept, and keeps the new one in its place. @throws what the function throws */
  refresh(...args: Parameters<F>): ReturnType<F>;
  /** Forgets the result for these arguments. Answers whether there was one. */
  forget(...args: Parameters<F>): boolean;
  /** The key of a call and its parts; null where the call has none ({@link explain} says why). */
  keyOf(...args: Parameters<F>): CallKey | null;
  /** What would become of a call now, and why. Cost: a key, and for a miss a walk through the store. */
  explain(...args: Parameters<F>): Explanation;
}

/** A function that is memoized by hand. It is frozen: nothing can be put on it. */
export type Memoized<F extends AnyFunction> = F &
  Queries<F> & {
    /** The same questions for calls with a `this`: `format.of(object).wouldHit(...)`. */
    of(self: ThisParameterType<F>): Queries<F>;
    /** Forgets all results of the function, of whatever arguments and versions. Cost: a walk through the store. */
    forgetAll(): void;
    stats(): MemoStats;
    resetStats(): void;
    /** Has all calls run as if there were no dumbo. What is kept stays. */
    disable(): void;
    /** Takes {@link disable} back. `DUMBO=off`, and a disabled group, still keep the function switched off. */
    enable(): void;
  };

/** Options of a group of functions. They can be sent to another thread, which makes its group of them. */
export interface GroupOptions {
  /** A folder for the results, relative to the working directory. Default: the project's cache, whose limits hold then. */
  readonly dir?: string;
  /** Bytes that the folder may take; beyond that, results go that were used least. Only with `dir`. Default: 2 GB. */
  readonly maxSize?: number;
}

/** Functions whose results are kept in one place, and that are switched on and off together. */
export interface Group extends GroupOptions {
  /** Writes now the results that wait to be written. */
  commit(): void;
  /** The counts of all its functions in this thread, added up. */
  stats(): MemoStats;
  /** Has all calls of its functions run as if there were no dumbo. What is kept stays. */
  disable(): void;
  /** Takes {@link disable} back. `DUMBO=off`, and the switch of a function, still keep functions switched off. */
  enable(): void;
}

/** A decorator of methods, of TC39 or of TypeScript's `experimentalDecorators`. */
export interface MemoDecorator {
  <This, Args extends unknown[], Result>(
    method: (this: This, ...args: Args) => Result,
    context: ClassMethodDecoratorContext<This, (this: This, ...args: Args) => Result>,
  ): (this: This, ...args: Args) => Result;
  <Method extends AnyFunction>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): TypedPropertyDescriptor<Method>;
}

/**
 * Has the calls of a function answered from the disk, across runs: the same engine as `dumbo/auto`, for one function. The key of a call
 * is its code and all code that this reaches, `this`, the arguments and the variables that it reads, by value; what it reads of files,
 * folders and the environment is checked at each look-up. A call that cannot be kept (it asks a clock, ...) runs as it would.
 * @param fn a function, also an async one; no generator and no class
 * @returns a function of the same type, with questions about its calls
 * @throws TypeError for options that mean nothing. Calls throw what `fn` throws, and nothing else.
 * @example
 * const render = memo(function render(page: Page) { return markdown(page.text); }, { ttl: 3600 });
 * render(page);
 */
export declare function memo<F extends AnyFunction>(
  fn: F,
  options: MemoOptions<F> & { readonly lazy: true },
): LazyMemoized<F>;
export declare function memo<F extends AnyFunction>(fn: F, options?: MemoOptions<F>): Memoized<F>;
/**
 * The same for a method, as a decorator: `@memo() total(year: number) { ... }`. `this` is part of the key, by value.
 */
export declare function memo(options?: MemoOptions): MemoDecorator;

export declare namespace memo {
  /**
   * Has what a function yields answered from the disk: the items of a generator, of anything else that can be iterated over, or of a stream of
   * the web or of Node. The first run passes items on while it stores them. The call is kept when the last item has been taken: if its
   * caller stops early, or an error ends it, nothing is kept. A hit hands out copies one after the other, as they are asked for, and holds
   * one chunk of them in memory. Before it hands out the first one, it has looked whether all are there; if one is lost meanwhile, the
   * function runs again, and what it yields is compared with what was handed out.
   *
   * Between two items other code runs. So a call is kept only if other code cannot change what it is given and what its code reads (it is
   * primitive or frozen), if it reads no file and no environment after its first item, and if its caller tells it nothing (`next(value)`,
   * `throw`). You vouch that the function does not change an item that it has yielded.
   * @param fn a function, no async one: a generator, an async generator, or what returns an iterable or a stream
   * @returns a function that returns the same kind: a generator for each iterable, an async generator for each async one, streams for streams
   * @throws TypeError for options that mean nothing, and for async functions. Iterating throws the errors of `fn`, and an error with the
   *   code `ERR_DUMBO_STREAM_LOST` if items were lost and `fn` does not yield the same again.
   * @example
   * const rows = memo.stream(function* rows(file: string) { for (const line of readFileSync(file, "utf8").split("\n")) yield parse(line); });
   * for (const row of rows("a.csv")) show(row);
   */
  function stream<F extends StreamFunction>(fn: F, options?: StreamOptions<F>): MemoizedStream<F>;
}

/** A function that returns a stream, or something else to iterate over. */
export type StreamFunction = (...args: never[]) => object;

/** Options of a stream that is memoized by hand: those of {@link memo}, without the ones for results. */
export type StreamOptions<F extends AnyFunction = AnyFunction> = Omit<
  MemoOptions<F>,
  "staleWhileRevalidate" | "cacheErrors" | "keep" | "seed" | "samples" | "lazy"
>;

/** What a call returns for what `fn` returns. */
export type StreamOf<R> = R extends { getReader: unknown } | { pipe: unknown }
  ? R
  : R extends AsyncIterable<infer T, infer End, infer Told>
    ? AsyncGenerator<T, End, Told>
    : R extends Iterable<infer T, infer End, infer Told>
      ? Generator<T, End, Told>
      : never;

/** A stream that is memoized by hand. It is frozen: nothing can be put on it. */
export type MemoizedStream<F extends StreamFunction> = ((
  this: ThisParameterType<F>,
  ...args: Parameters<F>
) => StreamOf<ReturnType<F>>) &
  Pick<Queries<F>, "wouldHit" | "forget" | "keyOf" | "explain"> &
  Pick<Memoized<F>, "forgetAll" | "stats" | "resetStats" | "disable" | "enable">;

/**
 * A group of memoized functions: `memo(f, { group })`. Two groups with one `dir` share what is there.
 * @param options may come from another thread: `group(workerData.group)`
 * @throws TypeError for options that mean nothing. If the folder cannot be used, a line on stderr says so, and nothing is kept.
 * @example
 * const pages = group({ dir: ".cache/pages", maxSize: 100 * 1024 ** 2 });
 * const render = memo(function render(page) { ... }, { group: pages });
 */
export declare function group(options?: GroupOptions): Group;

/**
 * An argument of a memoized function that stands for the content of a file. The function gets the path; the key has the content, and
 * not the path: a copy of the file under another path is a hit. That the function reads the file is no dependency of the call. You vouch
 * that no result depends on the path itself. Where there is no file, the key says so. Cost: the file is read at each call.
 * @example const parse = memo(function parse(file) { return parser(readFileSync(file, "utf8")); }); parse(fileOf("a.json"));
 */
export declare function fileOf(path: string): string;

/**
 * An argument of a memoized function that is the content of a file, as text. The function gets the text; the key has a hash of it. Cost: the
 * file is read at each call. The call throws what the file system throws.
 * @example const parse = memo(function parse(text) { return parser(text); }); parse(fileContents("a.json"));
 */
export declare function fileContents(path: string): string;

/**
 * An argument of a memoized function that is no part of the key. The function gets the value. You vouch that no result depends on it.
 * @example render(page, ignored(logger));
 */
export declare function ignored<T>(value: T): T;

/** The value of an environment variable, as extra state. @example memo(f, { state: [envVar("API_URL")] }) */
export declare function envVar(name: string): ExtraState;

/**
 * Time, as extra state, in steps of so many seconds: when a step begins, all results are computed anew.
 * @throws TypeError unless it is a number above 0
 * @example memo(exchangeRates, { state: [ttl(3600)] }) // anew at each full hour; the option `ttl` counts from the call
 */
export declare function ttl(seconds: number): ExtraState;

/**
 * Runs a function with a seed for `Math.random`, which also holds for what the function calls and waits for. A recorded call that does this
 * can be kept, which random numbers would forbid otherwise. All other code draws its random numbers as before. Cost: starts dumbo, if it does not run.
 * @returns what the function returns; if that is a promise, the seed is in force until the promise is settled
 * @throws TypeError unless the seed is a number or a text; and what the function throws
 * @example const walk = withSeed(42, () => randomWalk(1000));
 */
export declare function withSeed<T>(seed: number | string, fn: () => T): T;

/** What a function of yours returns, as extra state. It runs at each call. @example memo(f, { state: [extraState(() => db.version)] }) */
export declare function extraState(read: () => unknown): ExtraState;

/**
 * Calls a function in a context of its own: what the function tweaks ({@link tweak}) holds until it has returned, and its promise, if it returns
 * one, has settled; also in promises, timers and callbacks that it leaves. Contexts can be nested; contexts that run at the same time do
 * not see each other's tweaks. A memoized call that uses a tweaked one, directly or by what it calls, is computed anew and kept for this
 * context; all others are answered as outside of it. Afterwards everything is as before. A context with the same tweaks, also in another
 * process, has the same results.
 *
 * A memoized call that enters a context is not kept itself. Cost: none without tweaks; with tweaks, a miss takes one more look-up for each
 * context around it (64 at most), and calls of streams, of lazy functions and of those with samples run as without dumbo.
 * @returns what the function returns
 * @throws what the function throws
 * @example
 * const cheaper = context(() => {
 *   tweak(rate, ["EUR"], 0.9);
 *   return total(order); // which calls rate("EUR")
 * });
 */
export declare function context<T>(callback: () => T): T;

/**
 * Has a call of a memoized function return something else, from now on and as long as the {@link context} lasts. The call need not have been
 * made before; memoized calls that have begun do not see the tweak. The call is recognised by its key, as `keyOf` shows it. A call without a
 * key (of a function that asks the network, or with `DUMBO=off`) is recognised by its arguments, as `util.isDeepStrictEqual` compares them;
 * what depends on such a call is not kept.
 * @param fn a memoized function, or for a call with a `this` what its `of` gives: `tweak(report.total.of(report), [2024], 5)`
 * @param args of the call
 * @param value what it returns, or for an async function what its promise resolves to. Each call gets a copy, as from the cache
 * @throws TypeError outside of a context; in a memoized call that began outside of it; for a function that is not memoized, or is memoized
 *   as a stream or with `lazy` (tweak what it calls); and for a promise as the value
 */
export declare function tweak<Args extends readonly unknown[], Result>(
  fn: Tweakable<Args, Result>,
  args: Exactly<Readonly<Args>>,
  value: Exactly<Result>,
): void;

/**
 * A function that {@link tweak} takes. Its arguments and its result are typed by its `peek`: for an async function, that is what the promise
 * resolves to.
 */
export interface Tweakable<Args extends readonly unknown[], Result> {
  keyOf(...args: Args): CallKey | null;
  peek(...args: Args): Result | Missing;
}

/** A call of a memoized function in the graph of calls. */
export interface RecordedCall {
  readonly name: string;
  /**
   * The arguments in short: `1, "EUR", {…}`. Null unless this thread has made the call inside of another one, or has recorded it: arguments
   * are not stored, since they may be secrets.
   */
  readonly args: string | null;
  /** The same key as {@link Queries.keyOf} answers. */
  readonly key: string;
}

/** Which calls have made which others: calls of memoized functions, and of functions under the loader that have called memoized ones. */
export interface CallGraph {
  readonly calls: readonly RecordedCall[];
  /** By keys: `from` has called `to`, with no other memoized call between them. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/**
 * The calls of memoized functions that a call made when its result was computed: each once, in the order of their names. Null where nothing is
 * kept for the call, and where not all are known: some had no key, or there were more than a thousand. Cost: as for a hit.
 * @throws TypeError for a function that is not memoized
 * @example dependencies(total, order); // [{ name: "rate", args: '"EUR"', key: "..." }]
 */
export declare function dependencies<Args extends readonly unknown[]>(
  fn: Tweakable<Args, unknown>,
  ...args: Exactly<Args>
): readonly RecordedCall[] | null;

/**
 * The stored calls of all runs that have made a call directly. Cost: the stores that this thread uses are read.
 * @throws TypeError for a function that is not memoized
 * @example dependents(rate, "EUR").map(({ name, args }) => `${name}(${args})`);
 */
export declare function dependents<Args extends readonly unknown[]>(
  fn: Tweakable<Args, unknown>,
  ...args: Exactly<Args>
): readonly RecordedCall[];

/**
 * The graph of all stored calls of all runs, outside of contexts: as an object, as JSON, or as a text for Graphviz.
 * Cost: the stores that this thread uses are read.
 * @throws TypeError for another format
 * @example writeFileSync("calls.dot", dependencyGraph({ format: "dot" })); // dot -Tsvg calls.dot
 */
export declare function dependencyGraph(options?: { readonly format?: undefined }): CallGraph;
export declare function dependencyGraph(options: { readonly format: "json" | "dot" }): string;

/** A parameter type that TypeScript does not infer from the argument. */
type Exactly<T> = [T][T extends unknown ? 0 : never];

/**
 * A block of a notebook, memoized: runs the block with its inputs, or answers with what it returned for equal inputs before, in this session or
 * another one. Variables around the block that it reads are in the key as well, by value; what it prints is printed again. Cost: as for
 * the first call of a memoized function. Each evaluation of a cell makes a function, which stays in memory until the process ends: in a loop,
 * use {@link memo}.
 * @param name in reports. Cells of one name share `maxEntries`; an edit of the block misses all the same
 * @param inputs what the block is called with; also {@link fileOf}, {@link fileContents} and {@link ignored}
 * @returns what the block returns: for several outputs, let it return an object; for an async block, a promise
 * @throws TypeError for an empty name, or inputs that are no list; and what the block throws
 * @example const { rows, total } = cell("load", [fileOf("sales.csv"), 2024], (file, year) => { ...; return { rows, total }; });
 */
export declare function cell<Inputs extends readonly unknown[], Output>(
  name: string,
  inputs: readonly [...Inputs],
  block: (...inputs: Inputs) => Output,
  options?: Omit<MemoOptions<(...inputs: Inputs) => Output>, "name" | "lazy" | "samples">,
): Output;

/**
 * Writes now all results of this thread that wait to be written: they are kept whatever happens to the process. You need not call it;
 * results are written after a second, and when the program ends.
 */
export declare function commit(): void;
