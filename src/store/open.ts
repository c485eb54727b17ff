/** The entry of the bundle that the first look-up loads. */
import type { Config } from "../config/config.ts";
import { type DiskOptions, openDiskStore } from "./disk/disk.ts";
import { createMemoryStore } from "./memory.ts";
import type { Evicted, Store, Tier } from "./store.ts";
import { tiered } from "./tiers.ts";

/**
 * @param onEvict is told which entries made room for others
 * @param beyond puts shared caches behind the disk; null where none is configured
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
