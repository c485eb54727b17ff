/** Claims of long calls, which one machine at a time computes. Those of this process are kept alive; for those of others, callers wait. */
import { randomUUID } from "node:crypto";
import type { Claim, ClaimLabel } from "./backend.ts";
import type { ClaimState } from "./protocol.ts";
import type { SharedCache } from "./shared-cache.ts";

/** A claim is renewed after so many milliseconds: well before it would end by itself (shared-cache.ts). */
const RENEW = 1500;
/** Milliseconds between two looks at another process's claim. */
const LOOK = { first: 5, most: 100 };

interface Held {
  readonly cache: SharedCache;
  label: ClaimLabel;
  readonly timer: NodeJS.Timeout;
}

export class HeldClaims {
  readonly #id = randomUUID();
  readonly #held = new Map<string, Held>();
  /** Claims that the server is being asked for. `release` takes one out that is given back before the answer has come. */
  readonly #asked = new Set<string>();

  /** Takes a claim, or tells what another process does that has it. */
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

  /** Notes in a claim that its call waits for something, so that its thread is free. */
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
   * Waits until nobody has a claim, or the time is up.
   * @param onLabel is told the claim's label, at first and when it changes
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
