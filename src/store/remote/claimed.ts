/** Long calls that one machine at a time computes: claims of this process, kept alive, and those of others, waited for. */
import { randomUUID } from "node:crypto";
import type { Claim, ClaimLabel } from "./backend.ts";
import type { ClaimState } from "./protocol.ts";
import type { SharedCache } from "./shared-cache.ts";

/** Milliseconds: well below the time after which a claim is gone. */
const RENEW = 1500;
/** Milliseconds between two looks at the claim of another. */
const LOOK = { first: 5, most: 100 };

interface Held {
  readonly cache: SharedCache;
  label: ClaimLabel;
  readonly timer: NodeJS.Timeout;
}

export class Claimed {
  readonly #id = randomUUID();
  readonly #held = new Map<string, Held>();
  /** Claims that are being asked for; one that is given back meanwhile is not in it any more. */
  readonly #asked = new Set<string>();

  /** Takes a claim, or tells whose it is. */
  async take(cache: SharedCache, key: string): Promise<ClaimState> {
    if (this.#held.has(key) || this.#asked.has(key)) return "free";
    this.#asked.add(key);
    const isOurs = await cache.takeClaim(key, this.#claim("busy"));
    const isWanted = this.#asked.delete(key);
    if (isOurs === null) return "free";
    if (!isOurs) return stateOf(await cache.claimLabel(key));
    if (!isWanted) {
      cache.releaseClaim(key, this.#claim("busy"));
      return "free";
    }
    const timer = setInterval(() => this.#renew(key), RENEW);
    this.#held.set(key, { cache, label: "busy", timer });
    return "ours";
  }

  #renew(key: string): void {
    const held = this.#held.get(key);
    if (held) void held.cache.renewClaim(key, this.#claim(held.label));
  }

  /** Says that the thread of the call is free for others. */
  leave(key: string): void {
    const held = this.#held.get(key);
    if (!held) return;
    held.label = "left";
    this.#renew(key);
  }

  release(key: string): void {
    this.#asked.delete(key);
    const held = this.#held.get(key);
    if (!held) return;
    clearInterval(held.timer);
    this.#held.delete(key);
    held.cache.releaseClaim(key, this.#claim(held.label));
  }

  releaseAll(): void {
    for (const key of [...this.#asked, ...this.#held.keys()]) this.release(key);
  }

  /**
   * Waits until nobody has the claim, or the time is up.
   * @param onLabel told what its holder says of it, when that changes
   */
  async untilFree(cache: SharedCache, key: string, ms: number, onLabel: (label: ClaimLabel) => void): Promise<void> {
    let last: ClaimLabel | null = null;
    for (let waited = 0, next = LOOK.first; waited < ms; waited += next, next = Math.min(2 * next, LOOK.most)) {
      const state = stateOf(await cache.claimLabel(key));
      if (state === "free") return;
      if (state !== last) onLabel(state);
      last = state;
      await new Promise((resolve) => setTimeout(resolve, next));
    }
  }

  #claim(label: ClaimLabel): Claim {
    return { label, id: this.#id };
  }
}

function stateOf(label: string | null): ClaimLabel | "free" {
  return label === "busy" || label === "left" ? label : "free";
}
