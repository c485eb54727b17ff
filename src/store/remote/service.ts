/**
 * Runs in the thread that talks to the shared caches: fetches the records that earlier runs used, answers look-ups, and writes results
 * while the program goes on.
 */
import { readFileSync } from "node:fs";
import { type Load, MissingError, type OpenBackend } from "./backend.ts";
import type { CachePlace } from "./cache-place.ts";
import { HeldClaims } from "./held-claims.ts";
import { BelievedKeys, signerOf } from "./keys.ts";
import type { FromService, ServiceSettings, ToService } from "./protocol.ts";
import { openRedis } from "./redis.ts";
import { openS3 } from "./s3.ts";
import { Seal } from "./sealed-record.ts";
import { type Admit, type Found, reasonOf, SharedCache } from "./shared-cache.ts";
import {
  batchesOf,
  decodeList,
  encodeList,
  joinLists,
  mergeLists,
  saysMore,
  today,
  type UsedList,
  type Wanted,
} from "./used-list.ts";

export interface ServiceHost {
  readonly settings: ServiceSettings;
  readonly env: NodeJS.ProcessEnv;
  /** The version of what the records hold. */
  readonly content: number;
  readonly admit: Admit;
  readonly load: Load;
  readonly post: (message: FromService) => void;
}

export class Service {
  readonly #host: ServiceHost;
  readonly #caches: Promise<readonly SharedCache[]>;
  readonly #claimed = new HeldClaims();
  /** The lists of used records as they were at the start. */
  readonly #before: Promise<UsedList>;
  #isEnding = false;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#caches = this.#open();
    this.#before = this.#caches.then((caches) => this.#readLists(caches));
    void this.#fetchAhead();
  }

  take(message: ToService): void {
    switch (message.kind) {
      case "get":
        return void this.#get(message);
      case "put":
        return void this.#each((cache) => cache.write(message.key, message.form, message));
      case "remove":
        return void this.#each((cache) => cache.remove(message.key));
      case "claim":
        return void this.#claim(message.key, message.ms);
      case "leave":
        return this.#claimed.leave(message.key);
      case "release":
        return this.#claimed.release(message.key);
      case "end":
        return void this.#end(message.used);
    }
  }

  async #open(): Promise<SharedCache[]> {
    const { settings } = this.#host;
    const opened = await Promise.all(settings.places.map((place) => this.#openOne(place)));
    return opened.filter((cache) => cache !== null);
  }

  async #openOne(place: CachePlace): Promise<SharedCache | null> {
    const { settings, env, content, admit, load, post } = this.#host;
    const onTrouble = (line: string) => post({ kind: "trouble", line });
    try {
      const signer = place.writes ? signerOf(env) : null;
      const seal = new Seal(content, signer, new BelievedKeys(settings.believed), place.believesAll);
      const open = (place.kind === "redis" ? openRedis : openS3) as OpenBackend<CachePlace["kind"]>;
      return new SharedCache(place, await open(place, load), seal, admit, onTrouble);
    } catch (error) {
      const reason = error instanceof MissingError ? error.message : `cannot be reached (${reasonOf(error)})`;
      onTrouble(`${place.name}: ${reason}; the program goes on without it`);
      return null;
    }
  }

  async #each(work: (cache: SharedCache) => void): Promise<void> {
    for (const cache of await this.#caches) work(cache);
  }

  /** Fetches the records that earlier runs used and this machine lacks: one question for the list, and one for each part of it. */
  async #fetchAhead(): Promise<void> {
    const { settings, post } = this.#host;
    const caches = await this.#caches;
    const listed = new Map(await this.#before);
    for (const key of this.#known().keys()) listed.delete(key);
    post({ kind: "list", items: encodeList(listed) });
    if (caches.length === 0) return post({ kind: "off" });
    let room = settings.ahead;
    for (const part of batchesOf(listed)) {
      const found = room > 0 && !this.#isEnding ? await this.#read(part) : [];
      for (const one of found) room -= one.record.byteLength;
      this.#tell(part, found);
    }
  }

  async #readLists(caches: readonly SharedCache[]): Promise<UsedList> {
    const { program } = this.#host.settings;
    let all: UsedList = new Map();
    for (const cache of caches) {
      for (const bytes of await cache.readLists(program)) all = joinLists(all, decodeList(bytes));
    }
    return all;
  }

  /** The records that this machine has, as its last run noted (client.ts). */
  #known(): UsedList {
    const { known } = this.#host.settings;
    try {
      return known === null ? new Map() : decodeList(readFileSync(known));
    } catch {
      return new Map();
    }
  }

  async #get(wanted: Wanted): Promise<void> {
    this.#tell([wanted], await this.#read([wanted]));
  }

  #tell(wanted: readonly Wanted[], found: readonly Found[]): void {
    const { post } = this.#host;
    const has = new Set(found.map(({ key }) => key));
    for (const one of found) post({ kind: "found", ...one });
    for (const { key } of wanted) if (!has.has(key)) post({ kind: "missing", key });
  }

  /** Reads each record from the first cache that has it. */
  async #read(wanted: readonly Wanted[]): Promise<Found[]> {
    const all: Found[] = [];
    let left = wanted;
    for (const cache of await this.#caches) {
      if (left.length === 0) break;
      const found = await cache.read(left);
      all.push(...found);
      const has = new Set(found.map(({ key }) => key));
      left = left.filter(({ key }) => !has.has(key));
    }
    if ((await this.#caches).every((cache) => !cache.isOn)) this.#host.post({ kind: "off" });
    return all;
  }

  async #claim(key: string, ms: number): Promise<void> {
    const cache = (await this.#caches).find((one) => one.claims);
    const state = cache ? await this.#claimed.take(cache, key) : "free";
    this.#host.post({ kind: "claim", key, state });
    if (!cache || (state !== "busy" && state !== "left")) return;
    await this.#claimed.untilFree(cache, key, ms, (label) => this.#host.post({ kind: "claim", key, state: label }));
    // The program will look for the record when it hears that the claim is free, so the record is sent first.
    await this.#get({ key, form: "entry" });
    this.#host.post({ kind: "claim", key, state: "free" });
  }

  async #end(used: Uint8Array): Promise<void> {
    this.#isEnding = true;
    const { settings, post } = this.#host;
    const caches = await this.#caches;
    const list = decodeList(Buffer.from(used));
    this.#claimed.releaseAll();
    const before = await this.#before;
    if (list.size > 0 && saysMore(mergeLists(list, before, today()), before)) {
      // Another thread or machine may have changed the list since the start.
      const now = await this.#readLists(caches.filter((cache) => cache.takesMore));
      const merged = encodeList(mergeLists(list, now, today()));
      for (const cache of caches) cache.writeList(settings.program, merged);
    }
    await Promise.all(caches.map((cache) => cache.settle()));
    post({ kind: "ended" });
    for (const cache of caches) cache.close();
  }
}
