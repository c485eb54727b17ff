/** The entry of the bundle that is loaded at the first look-up. */
import type { Config } from "../config/config.ts";
import { type DiskOptions, openDiskStore } from "./disk/disk.ts";
import { createMemoryStore } from "./memory.ts";
import type { Evicted, Store, Tier } from "./store.ts";
import { tiered } from "./tiers.ts";

/**
 * @param onEvict takes entries that made room for others
 * @param beyond puts a shared cache behind the disk; null where there is none
 * @throws StoreError
 */
export function openStore(
  directory: string,
  config: Config,
  report: (line: string) => void,
  clock: Pick<DiskOptions, "later" | "now">,
  onEvict: (evicted: readonly Evicted[]) => void,
  beyond: ((disk: Tier) => Tier) | null,
): Store {
  const { limits, maxSize, readOnly } = config;
  const disk = openDiskStore(directory, report, { maxSize, readOnly, ...clock, onEvict });
  return tiered(createMemoryStore(limits.memory), beyond === null ? disk : beyond(disk));
}
