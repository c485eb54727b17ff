/** A guarded function of a loaded module: what this run has found out about it, and whether its guard is on. */

import type { BodyEnd } from "../code/guard-text.ts";
import type { LiveModule, LiveUnit } from "../code/live-module.ts";
import type { ModuleInstance, Site } from "../code/manifest.ts";
import type { Reach } from "../code/reach.ts";
import type { KeyParts } from "../key/key.ts";
import type { KeyMarks } from "../key/key-marks.ts";
import { isInVain } from "../policy/earlier-runs.ts";
import type { Account, History } from "../policy/policy.ts";
import type { Reason, Reasons } from "../reason/reason.ts";
import type { Owner } from "../store/store.ts";
import { type FunctionMessage, tellRefusal } from "./events.ts";
import { Outcomes } from "./outcomes.ts";
import { lowerLimit, type RaisedLimit, raiseLimit } from "./stack-limit.ts";

/** Counters of this run. Times are milliseconds. */
export interface SiteStats {
  calls: number;
  hits: number;
  /** Hits whose result was not decoded, because only a call had use for it that was answered, too. */
  unread: number;
  misses: number;
  saved: number;
  /** Milliseconds that the bodies of stored calls took. */
  storedTotal: number;
  /** Bodies that were measured, and how long they took together. */
  runs: number;
  runTotal: number;
  /** Keys of calls that missed, and how long they took together. */
  keys: number;
  keyTotal: number;
  /** How long the first key took, if no hit came before it. */
  keyFirst: number;
  /** Bytes of the largest value. */
  bytes: number;
  /** The most dependencies that one call had. */
  dependencies: number;
  /** Findings in recorded calls that did not count because of the assumePure list. */
  overrode: number;
  /** Misses whose results were stored, and misses whose results may not be. The others were not worth it. */
  stored: number;
  unfit: number;
  /** Calls whose key was not begun, or was abandoned, because it could not be afforded. */
  unasked: number;
  /** Time that hits took. */
  hitTotal: number;
  /** Time that dumbo itself took: for keys, look-ups and records. */
  spent: number;
  /** Time of the bodies of unfit misses, without recorded calls inside of them. */
  unfitTotal: number;
  /** Time of the bodies of all misses, without recorded calls inside of them. */
  ownTotal: number;
}

/** What went into the key of a stored call, for `dumbo why`. */
export interface NotedCall {
  readonly key: string;
  readonly parts: KeyParts;
  readonly marks: KeyMarks;
  readonly reach: Reach;
  /** The dependency of an earlier entry with the same key that had changed; null if there was none. */
  readonly changed: string | null;
}

/** So many calls of one function are noted in a run. */
const MOST_NOTES = 200;

export type SiteState =
  /** The guard looks its calls up. */
  | { readonly kind: "active" }
  /** The function is too cheap to be worth a look-up. The next run leaves the guard out. */
  | { readonly kind: "cheap" }
  /** The keys of too many calls could not be afforded. Nothing is known of the function by that: the next run has the guard again. */
  | { readonly kind: "idle" }
  | {
      readonly kind: "refused";
      readonly reasons: Reasons;
      /** Whether its calls are timed for the next run, which may see into code that this one could not. */
      readonly isTimed: boolean;
    }
  /** The last runs refused it. A later one asks again. */
  | { readonly kind: "paused" };

/** Calls of a refused function are timed only if they take so many milliseconds: then timing them costs nothing beside them. */
const WORTH_TIMING = 1;

const sourceText = Function.prototype.toString;

const TOO_EARLY = Symbol("too early");

export class LiveSite {
  /** Whether it returns streams: its calls go on after they have returned, and no call waits for another. */
  readonly isStream: boolean = false;
  readonly module: LiveModule;
  readonly index: number;
  readonly site: Site;
  readonly unit: LiveUnit;
  /** Its name and place for messages. */
  readonly label: FunctionMessage;
  readonly stats: SiteStats = {
    calls: 0,
    hits: 0,
    unread: 0,
    misses: 0,
    saved: 0,
    storedTotal: 0,
    runs: 0,
    runTotal: 0,
    keys: 0,
    keyTotal: 0,
    keyFirst: 0,
    bytes: 0,
    dependencies: 0,
    overrode: 0,
    stored: 0,
    unfit: 0,
    unasked: 0,
    hitTotal: 0,
    spent: 0,
    unfitTotal: 0,
    ownTotal: 0,
  };
  state: SiteState = { kind: "active" };
  isDistrusted = false;
  /** The next calls, so many of them, run on without a look-up. */
  skip = 0;
  /** Whether an earlier run has stored a result. */
  readonly wasKept: boolean;
  /** Whether the results of several runs in a row have answered no call. */
  readonly wasInVain: boolean;
  /** Whether no earlier run has called it. */
  readonly isNew: boolean;
  /** Whether a snapshot is made before each body, so that its changes are kept with the result: set when a call was refused for a change. */
  keepsChanges: boolean;
  /** Why a call was last refused. */
  lastReason: Reason | null = null;
  /** The dependency that was last found changed: `file data.txt`. */
  lastChange: string | null = null;
  /** The key of the call that found it changed. */
  lastChangedKey: string | null = null;
  /** Calls of this run that were stored, for `dumbo why`: the first ones. */
  readonly notes: NotedCall[] = [];
  /** What the last stored call wrote: `file out.txt`. */
  written: readonly string[] = [];
  readonly account: Account;
  /** The owner of its entries. */
  readonly owner: Owner;
  #fn: ((...args: unknown[]) => unknown) | null = null;
  readonly #outcomes: Outcomes;

  constructor(
    module: LiveModule,
    index: number,
    site: Site,
    account: Account,
    history: History | null,
    owner: Owner,
    unit = module.unit(site.unit),
  ) {
    this.module = module;
    this.index = index;
    this.site = site;
    this.account = account;
    this.unit = unit;
    this.label = { name: site.name, url: module.instance.url, line: site.place.line };
    this.isNew = history === null;
    this.keepsChanges = site.changes === true || history?.changes === true;
    this.wasKept = history !== null && history.bytes > 0;
    this.wasInVain = isInVain(history);
    this.#outcomes = new Outcomes(history);
    this.owner = owner;
  }

  /** Switches the guard off if earlier runs tell that caching the function does not pay, or that this run need not ask. */
  begin(): void {
    const { prospect } = this.account;
    if (prospect !== "open") this.switchOff({ kind: prospect === "hopeless" ? "cheap" : "paused" });
  }

  /**
   * The function in which the guard stands. It is null while its binding cannot be read yet, and if something else is found in its place: then the
   * function is refused.
   */
  get fn(): ((...args: unknown[]) => unknown) | null {
    if (this.#fn === null) {
      const value = this.#resolve();
      if (value === TOO_EARLY) return null;
      const isIt =
        typeof value === "function" && (this.site.foreign || sourceText.call(value).includes(`$dumbo${this.index}(`));
      if (isIt) this.#fn = value as (...args: unknown[]) => unknown;
      else this.refuse({ kind: "moved" });
    }
    return this.#fn;
  }

  /** A static field of a class may call its methods before the class has a name. */
  #resolve(): unknown {
    try {
      return this.module.resolve(this.site.access);
    } catch (error) {
      if (error instanceof ReferenceError) return TOO_EARLY;
      throw error;
    }
  }

  get instance(): ModuleInstance {
    return this.module.instance;
  }

  /** Whether no guard stands in it, because it is memoized by hand. */
  get isByHand(): boolean {
    return false;
  }

  /**
   * Switches the guard off. To be called before the function is called from within its guard, where the call would be looked up again;
   * {@link bodyEnds} has to follow, whether the call returns or throws. These are two methods, and not one that takes the call: each frame
   * on the stack between guard and body makes errors of the program slower, and its recursion less deep.
   */
  bodyBegins(): RaisedLimit {
    this.instance.set(this.index, undefined);
    return raiseLimit();
  }

  /** The same for a body that tells how it ends: in the recorded call, the guard answers with the object that the body tells. */
  tellingBodyBegins(ending: BodyEnd & { begin(): void }): RaisedLimit {
    const limit = this.bodyBegins();
    this.instance.set(this.index, () => {
      this.instance.set(this.index, undefined);
      ending.begin();
      return ending;
    });
    return limit;
  }

  bodyEnds(guard: unknown, limit: RaisedLimit): void {
    lowerLimit(limit);
    // The body may have switched the guard off for good.
    if (this.state.kind === "active" || this.isTimed) this.instance.set(this.index, guard);
  }

  /** Whether calls are timed although the function is refused. */
  get isTimed(): boolean {
    const { runs, runTotal } = this.stats;
    return this.state.kind === "refused" && this.state.isTimed && runTotal >= WORTH_TIMING * runs;
  }

  /** Milliseconds that a call is expected to take, from this run or an earlier one; 0 when not known. */
  get expected(): number {
    return this.account.expected;
  }

  /** Notes how long the key and the look-up of a miss took. */
  keyed(ms: number): void {
    if (this.stats.keys + this.stats.hits === 0) this.stats.keyFirst = ms;
    this.stats.keyTotal += ms;
    this.stats.keys++;
    this.stats.spent += ms;
    this.account.keyed(ms);
  }

  /** Notes how long a body took. */
  timed(ms: number): void {
    this.stats.runs++;
    this.stats.runTotal += ms;
    this.account.timed(ms);
  }

  /** Notes whether the look-up of a call was worth it. */
  judge(paid: boolean): void {
    if (this.account.judge(paid)) this.switchOff({ kind: "cheap" });
  }

  /** Notes whether a call that was only measured would have been worth a look-up. */
  judgeMeasured(paid: boolean): void {
    if (this.account.judgeMeasured(paid)) this.switchOff({ kind: "cheap" });
  }

  /** Notes a call whose key could not be afforded. Answers whether its body is to be measured. */
  decline(): boolean {
    this.stats.unasked++;
    const declined = this.account.decline();
    this.skip = this.account.skip;
    if (declined === "idle") this.switchOff({ kind: "idle" });
    return declined === "measure";
  }

  /** Whether a call that is stored is still noted. */
  get takesNotes(): boolean {
    return this.notes.length < MOST_NOTES;
  }

  /** Notes that a call was stored or answered. */
  succeed(): void {
    this.#outcomes.kept();
  }

  /**
   * Whether calls may wait for a running one with the same key. If that fails, or cannot be kept, those that waited come back later than without dumbo,
   * behind calls that were made after them; and nobody knows beforehand whether it will.
   */
  get mayBeAwaited(): boolean {
    return false;
  }

  /** Notes why a call is not cached. Gives the function up after too many such calls in a row. */
  noteRefusal(reason: Reason): void {
    this.lastReason = reason;
    if (this.#outcomes.refused()) this.refuse(reason);
    else this.tell(reason, false);
  }

  /** Notes a call that was not cached for a change which later calls may keep: they get snapshots from now on. */
  noteChange(reason: Reason): void {
    if (this.keepsChanges) return this.noteRefusal(reason);
    this.keepsChanges = true;
    this.lastReason = reason;
    this.tell(reason, false);
  }

  /** Gives the function up for this run. */
  refuse(reason: Reason): void {
    this.refuseFor({ reason });
  }

  /** The same, where several things were found against it. */
  refuseFor(reasons: Reasons, isTimed = false): void {
    this.lastReason = reasons.reason;
    this.switchOff({ kind: "refused", reasons, isTimed });
    this.tell(reasons.reason, true);
  }

  protected tell(reason: Reason, isFinal: boolean): void {
    const { place, module } = reason;
    const at = place ? { url: module ?? this.module.instance.url, line: place.line } : null;
    tellRefusal(this.label, reason, at, isFinal);
  }

  /** Gives the function up, in this run and in later ones: an entry of it was wrong. */
  distrust(reason: Reason): void {
    this.isDistrusted = true;
    this.refuse(reason);
  }

  switchOff(state: SiteState): void {
    this.state = state;
    this.instance.set(this.index, undefined);
  }
}
