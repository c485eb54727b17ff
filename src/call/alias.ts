/**
 * A second way to a call's entries. Where an argument is the result of a call that was just answered, the digest of its bytes stands for it in
 * a key (src/key/key.ts): a record under that key holds the hash of the call's own key. Both keys are made of the same values, at one
 * moment; so whoever makes the second one again would make the first one again.
 */
import type { Reach } from "../code/reach.ts";
import { holdPlainData } from "../codec/plain-bytes.ts";
import { hash128 } from "../hash.ts";
import type { StandIn } from "../key/key.ts";
import type { Owner, Store } from "../store/store.ts";
import { textOf, writeInto } from "../text-encoding.ts";
import { type Call, keyOf, unlessKeyless } from "./call.ts";
import { type Alias, type GivenValue, LEAST_BYTES } from "./given-value.ts";
import type { Host } from "./host.ts";

const HEX = 32;
/** The first byte of a record of a key is another one. */
const START = "alias ";

/**
 * The alias of a call, whose own key was just made; undefined where there is none.
 * @param nodes abandon its key after so many values
 */
export function aliasOf(host: Host, call: Call, given: GivenValue, reach: Reach, nodes: number): Alias | undefined {
  const { takers, value, bytes } = given;
  const [taker] = takers;
  const isGiven = taker?.live === call.live && Object.is(call.args[taker.argument], value);
  if (!isGiven || !holdPlainData(bytes, value)) return undefined;
  const standIn: StandIn = { argument: taker.argument, digest: hash128(bytes) };
  const keyed = unlessKeyless(() => keyOf(host, call, reach, nodes, standIn));
  return keyed ? { hash: keyed.key.hash, given } : undefined;
}

/** @param hash of the call's own key */
export function keepAlias(store: Store | null, owner: Owner, alias: Alias, hash: string, cost: number): void {
  const record = Buffer.allocUnsafeSlow(START.length + HEX);
  writeInto(record, 0, START + hash, "latin1");
  store?.put(alias.hash, record, { owner: { ...owner, maxEntries: 0 }, cost, shared: 0 });
  alias.given.kept.isKept = true;
}

/**
 * The result of a call that was given one and was itself answered: on its way to the next call. Null where it goes to none, or where it is not
 * sure that it does: nobody but the call of the pipeline can have an object that the program has not had yet, but anyone can have the same text.
 */
export function passOn({ given }: Alias, { value, bytes }: Pick<GivenValue, "value" | "bytes">): GivenValue | null {
  const { kept } = given;
  const onward = typeof given.value === "object" ? given.takers.slice(1) : [];
  return onward.length > 0 && bytes.byteLength >= LEAST_BYTES ? { takers: onward, value, bytes, kept } : null;
}

/** The hash of the key that an alias stands for; null if there is no such alias. */
export function readAlias(store: Store, owner: Owner, hash: string): string | null {
  const record = store.get(hash, owner);
  if (record === undefined || record.byteLength !== START.length + HEX) return null;
  return textOf(record, "latin1", 0, START.length) === START ? textOf(record, "latin1", START.length) : null;
}
