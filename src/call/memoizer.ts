/**
 * What guards ask: the memoizer looks a call up, and has it answered from an entry, recorded, or left alone. Where a guard answers
 * `false`, the body runs on in its own frame.
 *
 * Nothing here may throw into the program, and no code of the program runs here but the function itself.
 */
import type { Box, CallInPlace, GuardFunction, Handed, PipelineFunction } from "../code/guard-text.ts";
import { LiveModule } from "../code/live-module.ts";
import type { Manifest, ModuleInstance, Site } from "../code/manifest.ts";
import { OnceScopes } from "../code/once-scopes.ts";
import { canBeReadAgain } from "../key/destructuring.ts";
import { bookCall } from "../trace/booking.ts";
import { state } from "../trace/frames.ts";
import { takeReader } from "../value/private-members.ts";
import type { Call, Miss } from "./call.ts";
import { hasCallListeners, tellCall } from "./events.ts";
import type { Host } from "./host.ts";
import { type Flight, Flights } from "./in-flight.ts";
import { InternalWork } from "./internal-work.ts";
import { BYPASS, type KeyedLookup, type Lookup, Lookups } from "./lookup.ts";
import { analysisOf, noteMade } from "./made-code.ts";
import { OpenedSites } from "./opened-sites.ts";
import { OtherProcesses } from "./other-processes.ts";
import { Pipeline, type PipelineTools } from "./pipeline.ts";
import { probesOf } from "./probe.ts";
import { Recorder } from "./record.ts";
import type { LiveSite } from "./site.ts";
import { TimedInPlace } from "./timed-in-place.ts";
import { Verifier } from "./verify.ts";
import { Waits } from "./wait.ts";

// Captured before the program can replace it.
const { max } = Math;

export class Memoizer {
  readonly #host: Host;
  readonly #internal: InternalWork;
  readonly #sites: OpenedSites;
  readonly #repeated = new Map<LiveModule, readonly number[]>();
  /** Where a guard leaves its result. The next call of any guard empties it, so that it does not keep a result alive for long. */
  readonly #box: Box = { value: undefined };
  readonly #otherProcesses: OtherProcesses;
  readonly #lookups: Lookups;
  readonly #recorder: Recorder;
  readonly #verifier: Verifier;
  readonly #waits: Waits;
  readonly #pipelineTools: PipelineTools;
  #isDown = false;

  constructor(host: Host) {
    const internal = new InternalWork(host);
    const recorder = new Recorder(host, internal);
    const verifier = new Verifier(host, internal, recorder);
    const otherProcesses = new OtherProcesses(host, internal);
    const lookups = new Lookups(host, new Flights(), otherProcesses, () => this.shutDown());
    const answer = (call: Call, lookup: KeyedLookup) => this.#answer(call, lookup);
    this.#host = host;
    this.#sites = new OpenedSites(host);
    this.#internal = internal;
    this.#recorder = recorder;
    this.#verifier = verifier;
    this.#otherProcesses = otherProcesses;
    this.#lookups = lookups;
    this.#waits = new Waits(host, internal, { lookups, otherProcesses, recorder, verifier, answer });
    const isDown = () => this.#isDown;
    this.#pipelineTools = { host, internal, lookups, sites: this.#sites, box: this.#box, isDown };
  }

  /** Makes the checks that wait for the next turn. To be called when the event loop has nothing left to do. */
  settle(): void {
    this.#recorder.settle();
  }

  /** Takes back the entries whose checks still wait. To be called when the program ends: promises may have changed their values. */
  giveUpUnsettled(): void {
    this.#recorder.giveUpUnsettled();
  }

  /** All functions that were called at least once. */
  get sites(): readonly LiveSite[] {
    return this.#sites.list;
  }

  /**
   * Registers a module whose prologue runs, and hands it its guards and pipelines. Cost: one closure a guard.
   * @param guards numbers of guards from 0 on, and of pipelines from -1 downwards
   */
  register(instance: ModuleInstance, guards: readonly number[], load: (id: string) => Manifest | undefined): Handed {
    const once = new OnceScopes((home) => this.#internal.run(() => this.#giveUp(module, home), undefined));
    const module = new LiveModule(instance, load, once);
    this.#host.registry.register(module);
    const handed: Handed = Object.setPrototypeOf(
      {
        box: this.#box,
        frames: state,
        ...probesOf(module, this.#host.outside.consoleTaken),
        privates: takeReader,
        scopes: once,
      },
      null,
    );
    if (this.#isDown) return handed;
    this.#sites.add(module);
    for (const index of guards) {
      const switchOff = () => module.instance.set(index, undefined);
      handed[index] =
        index < 0 ? this.#pipeline(switchOff) : this.guard(() => this.#sites.open(module, index), switchOff);
    }
    return handed;
  }

  /** Milliseconds that dumbo's work for calls has taken so far. */
  get spent(): number {
    return this.#internal.spent;
  }

  /** Functions that were taken for ones that run once, and have run again, by their numbers in their modules. */
  get repeated(): ReadonlyMap<LiveModule, readonly number[]> {
    return this.#repeated;
  }

  /** Switches off the guards inside of a function that runs a second time: the functions in it exist twice then, and share their guards. */
  #giveUp(module: LiveModule, home: number): void {
    this.#repeated.set(module, [...(this.#repeated.get(module) ?? []), home]);
    const { sites, units } = module.manifest ?? { sites: [], units: [] };
    const isWithin = ({ unit }: Site) => units[unit]?.home === home;
    for (const [index, site] of sites.entries()) if (isWithin(site)) module.instance.set(index, undefined);
    for (const live of this.#sites.list)
      if (live.module === module && isWithin(live.site)) live.refuse({ kind: "second-run" });
  }

  /** Takes a site that was found or made elsewhere, so that it is counted. */
  adopt(live: LiveSite): void {
    this.#sites.list.push(live);
  }

  /** Has a call of a function that is memoized by hand answered, or run and recorded. Null where its body is to run as if there were no dumbo. */
  callByHand(call: Call): { readonly value: unknown } | null {
    const lookup = this.#lookUpByHand(call);
    if (lookup.kind === "bypass" || lookup.kind === "measure") {
      bookCall(null);
      return null;
    }
    return { value: hasCallListeners() ? this.#tell(call, lookup) : this.#answer(call, lookup) };
  }

  #lookUpByHand(call: Call): Lookup {
    const { live } = call;
    if (this.#internal.isRunning || state.suspended > 0 || this.#isDown || live.state.kind !== "active") return BYPASS;
    live.stats.calls++;
    return this.#internal.ask(() => this.#lookups.lookUp(call), BYPASS);
  }

  /** Does dumbo's own work for a function that is memoized by hand: what it throws never reaches the program. */
  work<T>(work: () => T, fallback: T): T {
    return this.#internal.run(work, fallback);
  }

  /** Looks at a function that recorded code has just made of a text. */
  noteMade(made: object): void {
    const isNoted = this.#internal.run(() => {
      noteMade(analysisOf(made, this.#host), this.#host);
      return true;
    }, false);
    // The analysis fails near the end of the stack: the calls around are told then that code was made which nobody has read.
    if (!isNoted) this.#internal.run(() => noteMade(null, this.#host), undefined);
  }

  /** Lets every body run on from now on: the store cannot be opened, or the program is ending. */
  shutDown(): void {
    this.#isDown = true;
  }

  /** Where guards leave their results. */
  get box(): Box {
    return this.#box;
  }

  /**
   * Makes the function that a guard calls.
   * @param open finds the site when the guard is first asked; null where its calls are to run as if there were no dumbo
   * @param switchOff has the guard not call this function again
   */
  guard(open: () => LiveSite | null, switchOff: () => void): GuardFunction {
    let live: LiveSite | null | undefined;
    // The name has to be GUARD_NAME: stack traces are cleaned by it.
    const dumboGuard: GuardFunction = (self, ...args) => {
      if (live && live.skip > 0) {
        live.skip--;
        live.stats.calls++;
        return false;
      }
      // While the audit is suspended, nobody would see what the body does outside.
      if (this.#internal.isRunning || state.suspended > 0) return false;
      this.#box.value = undefined;
      if (live === undefined) live = this.#internal.run(open, null);
      if (live === null || this.#isDown || (live.state.kind !== "active" && !live.isTimed)) {
        switchOff();
        return false;
      }
      const list = live.site.form === "arguments" ? [...(args[0] as unknown[])] : args;
      const call: Call = { live, guard: dumboGuard, self, args: list };
      live.stats.calls++;
      if (live.state.kind !== "active") return this.#time(call);
      const lookup = this.#internal.ask(() => this.#lookups.lookUp(call), BYPASS);
      if (lookup.kind === "bypass") {
        // Near the end of the stack, the look-up may have failed before it took what is given.
        this.#lookups.given = null;
        return false;
      }
      if (lookup.kind === "measure") return this.#time(call);
      if (hasCallListeners()) return this.#hand(this.#tell(call, lookup));
      return live.site.tells === "all" ? this.#answerInPlace(call, lookup) : this.#hand(this.#answer(call, lookup));
    };
    return dumboGuard;
  }

  #pipeline(switchOff: () => void): PipelineFunction {
    const tools = this.#pipelineTools;
    let pipeline: Pipeline | null = null;
    const ask = (shape: string, ...values: unknown[]): boolean => {
      pipeline ??= new Pipeline(shape, tools, switchOff);
      return pipeline.ask(values);
    };
    return Object.assign(ask, {
      given: (depth: number) => pipeline?.given(depth) === true,
      later: (depth: number, constant: unknown) => pipeline?.later(depth, constant) === true,
    });
  }

  /** Does what the look-up says. Answers what the call returns. */
  #answer(call: Call, lookup: KeyedLookup): unknown {
    switch (lookup.kind) {
      case "hit":
        return lookup.value;
      case "verify":
        return this.#verifier.verify(call, lookup.miss, lookup.valid);
      case "miss":
        return this.#runBody(call, lookup.miss, lookup.flight);
      case "wait":
        return this.#waits.forFlight(call, lookup.miss, lookup.flight);
      case "other-process":
        return this.#waits.forOtherProcess(call, lookup.miss);
      case "revalidate":
        return this.#waits.forDependencies(call, lookup.miss, lookup.entries);
    }
  }

  /** Like {@link #answer}, for an async function whose body tells what it does: on a miss, it runs on where it was called. */
  #answerInPlace(call: Call, lookup: KeyedLookup): boolean | CallInPlace {
    switch (lookup.kind) {
      case "verify":
        return this.#verifier.verifyInPlace(call, lookup.miss, lookup.valid) ?? false;
      case "miss": {
        const inPlace = this.#recorder.runInPlace(call, lookup.miss, lookup.flight);
        if (inPlace === null) lookup.flight?.land(null);
        return inPlace ?? false;
      }
      default:
        return this.#hand(this.#answer(call, lookup));
    }
  }

  /** Like {@link #answer}, where somebody listens to calls. */
  #tell(call: Call, lookup: KeyedLookup): unknown {
    const { live, self, args } = call;
    const { hash } = lookup.kind === "hit" ? lookup.key : lookup.miss.key;
    const outcome = lookup.kind === "revalidate" || lookup.kind === "other-process" ? "wait" : lookup.kind;
    const told = { function: live.label, isAsync: live.site.async, isStream: live.isStream, self, args };
    return tellCall(told, outcome, hash, () => this.#answer(call, lookup));
  }

  #runBody(call: Call, miss: Miss, flight: Flight | null): unknown {
    try {
      return this.#recorder.run(call, miss, flight);
    } finally {
      // Where the call has a flight, other processes are told when it lands.
      if (miss.isClaimed && flight === null) this.#otherProcesses.finish(miss.key.hash);
    }
  }

  /**
   * Has a body run to learn how long it takes, without recording it: the function is called from within its guard, or an async body tells
   * when it ends. Where neither can be done, the body runs on.
   */
  #time(call: Call): boolean | CallInPlace {
    const { live, guard, args } = call;
    const { async, tells, levels } = live.site;
    if (!async) {
      const canRun = () => live.fn !== null && (levels === undefined || canBeReadAgain(args, levels));
      return this.#internal.run(canRun, false) && this.#hand(this.#measure(call));
    }
    if (tells !== "all") return false;
    if (live.isTimed) live.instance.set(live.index, guard);
    const onEnd = (ran: number) => this.#internal.ask(() => this.#noteTime(live, ran), undefined);
    return this.#internal.run(() => new TimedInPlace(this.#host.times, onEnd), null) ?? false;
  }

  #measure({ live, guard, self, args }: Call): unknown {
    const { work } = this.#host;
    const fn = live.fn as (...args: unknown[]) => unknown;
    const { spent } = this.#internal;
    const started = work.mark();
    const preferred = live.account.isPreferred ? 1 : 0;
    let result: unknown;
    this.#lookups.preferred += preferred;
    const limit = live.bodyBegins();
    try {
      result = Reflect.apply(fn, self, args);
    } finally {
      // By `finally`: an error that is caught and thrown again comes from another place, which Node prints where nobody catches it.
      live.bodyEnds(guard, limit);
      this.#lookups.preferred -= preferred;
    }
    this.#noteTime(live, max(0, work.taken(started) - (this.#internal.spent - spent)));
    return result;
  }

  #noteTime(live: LiveSite, ran: number): void {
    live.timed(ran);
    if (live.state.kind === "active") live.judgeMeasured(live.account.pays(ran, 0));
  }

  #hand(value: unknown): boolean {
    this.#box.value = value;
    return true;
  }
}
