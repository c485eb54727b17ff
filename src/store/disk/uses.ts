/**
 * The table of uses: which records were found, by which evict.ts chooses. It has a fixed size, and a file of its own beside the records: a
 * hit must not rewrite a record, and a program that only reads must not load lmdb.
 *
 * The key of a record gives its slot, so a few records share one. The table is written without a lock and without a checksum: if it is
 * wrong, another record may be evicted, and nothing else happens.
 *
 * Layout: 4096 bytes with the clock at 16 and the hand at 24; 4096 owners of 8 bytes: whether their entries were ever found; 2^19 records
 * of 8 bytes: the clock at the last use (float), how often it was found (16 bits), on which day last (16 bits).
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

const FILE = "uses";
const CLOCK_AT = 16;
const HAND_AT = 24;
const HAND_SIZE = 16;
const OWNERS_AT = 4096;
const OWNERS = 4096;
const SLOTS_AT = OWNERS_AT + OWNERS * 8;
const SLOTS = 2 ** 19;
const SIZE = SLOTS_AT + SLOTS * 8;
const MOST = 0xffff;
const DAY = 24 * 3600 * 1000;
/** For so many slots or more, reading the whole table is faster than reading them one by one. */
const MANY = 500;

/** That a record was found: the id of its owner, and how often. */
export interface Touch {
  readonly owner: number;
  readonly count: number;
}

/** The table as it was when it was read. */
export class Uses {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The clock by which records age. It rises when records are evicted, to the worth of the middle one (evict.ts). */
  get clock(): number {
    const clock = this.#bytes.readDoubleLE(CLOCK_AT);
    return clock >= 0 && Number.isFinite(clock) ? clock : 0;
  }

  /** The key at which the last sample of evict.ts ended. */
  get hand(): Buffer {
    return this.#bytes.subarray(HAND_AT, HAND_AT + HAND_SIZE);
  }

  /** Whether an entry of this owner was ever found. */
  wasOfUse(owner: number): boolean {
    return this.#bytes.readUInt32LE(ownerAt(owner)) > 0;
  }

  /** The clock at which a record was stored or last found, how often it was found, and on which day last (days since 1970). */
  of(key: Buffer): { clock: number; count: number; day: number } {
    const at = slotAt(key);
    const clock = this.#bytes.readFloatLE(at);
    return {
      clock: clock >= 0 && clock <= this.clock * 1.0001 ? clock : 0,
      count: this.#bytes.readUInt16LE(at + 4),
      day: this.#bytes.readUInt16LE(at + 6),
    };
  }
}

/** Reads the table; an empty one if there is none. */
export function readUses(folder: string): Uses {
  const bytes = Buffer.alloc(SIZE);
  readInto(folder, bytes);
  return new Uses(bytes);
}

/** The clock alone. */
function clockOf(folder: string): number {
  const head = Buffer.alloc(CLOCK_AT + 8);
  readInto(folder, head);
  return new Uses(head).clock;
}

function readInto(folder: string, bytes: Buffer): void {
  try {
    const file = openSync(join(folder, FILE), "r");
    try {
      readSync(file, bytes, 0, bytes.length, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    // there is no table yet
  }
}

/** Sets clock and hand forward. */
export function advance(folder: string, clock: number, hand: Buffer): void {
  change(folder, (file) => {
    const bytes = Buffer.alloc(8 + HAND_SIZE);
    bytes.writeDoubleLE(clock);
    hand.copy(bytes, 8);
    writeSync(file, bytes, 0, bytes.length, CLOCK_AT);
  });
}

/** Notes which records a process has found. A record is noted once for each day and each value of the clock, so mostly nothing is written. */
export function foldUses(folder: string, touches: ReadonlyMap<string, Touch>): void {
  const owners = new Set<number>();
  for (const { owner } of touches.values()) owners.add(ownerAt(owner));
  const today = Math.floor(Date.now() / DAY) & MOST;
  edit(folder, touches.size, (read, write, clock) => {
    for (const at of owners) {
      const owner = read(at);
      if (owner.readUInt32LE(0) > 0) continue;
      owner.writeUInt32LE(1, 0);
      write(at, owner);
    }
    for (const [key, touch] of touches) {
      const at = slotAt(Buffer.from(key, "hex"));
      const slot = read(at);
      const count = slot.readUInt16LE(4);
      if (count > 0 && slot.readFloatLE(0) === Math.fround(clock) && slot.readUInt16LE(6) === today) continue;
      slot.writeFloatLE(clock, 0);
      slot.writeUInt16LE(Math.min(MOST, count + touch.count), 4);
      slot.writeUInt16LE(today, 6);
      write(at, slot);
    }
  });
}

/**
 * Gives new records the current clock, so that they do not count as old. Until the first eviction the clock is 0, as it is in every
 * slot, and nothing is written.
 */
export function noteNew(folder: string, keys: readonly Buffer[]): void {
  if (keys.length === 0 || clockOf(folder) === 0) return;
  const today = Math.floor(Date.now() / DAY) & MOST;
  edit(folder, keys.length, (_, write, clock) => {
    const slot = Buffer.alloc(8);
    slot.writeFloatLE(clock, 0);
    slot.writeUInt16LE(today, 6);
    for (const key of keys) write(slotAt(key), slot);
  });
}

/** Reads the 8 bytes of a slot. The next call may overwrite them. */
type Read = (at: number) => Buffer;
type Write = (at: number, slot: Buffer) => void;

/** Changes slots of the table. @param count about how many */
function edit(folder: string, count: number, work: (read: Read, write: Write, clock: number) => void): void {
  if (count === 0) return;
  change(folder, (file) => {
    const head = Buffer.alloc(8);
    readSync(file, head, 0, 8, CLOCK_AT);
    const clock = Math.max(0, head.readDoubleLE(0));
    if (count < MANY) {
      const slot = Buffer.alloc(8);
      const read = (at: number) => {
        if (readSync(file, slot, 0, 8, at) < 8) slot.fill(0);
        return slot;
      };
      work(read, (at, bytes) => writeSync(file, bytes, 0, 8, at), clock);
      return;
    }
    const all = Buffer.alloc(SIZE - OWNERS_AT);
    readSync(file, all, 0, all.length, OWNERS_AT);
    let isChanged = false;
    const write = (at: number, bytes: Buffer) => {
      all.set(bytes, at - OWNERS_AT);
      isChanged = true;
    };
    work((at) => Buffer.from(all.subarray(at - OWNERS_AT, at - OWNERS_AT + 8)), write, clock);
    if (isChanged) writeSync(file, all, 0, all.length, OWNERS_AT);
  });
}

/** Changes the table. Errors are ignored: the table is only a hint for evict.ts. */
function change(folder: string, work: (file: number) => void): void {
  let file: number | undefined;
  try {
    file = openTable(join(folder, FILE));
    work(file);
  } catch {
    // The disk is full, or the folder is gone: the next write of records reports it.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function openTable(path: string): number {
  try {
    return openSync(path, "r+");
  } catch {
    return openSync(path, "w+", 0o600);
  }
}

function slotAt(key: Buffer): number {
  return SLOTS_AT + (key.readUInt32LE(4) % SLOTS) * 8;
}

function ownerAt(owner: number): number {
  return OWNERS_AT + (owner % OWNERS) * 8;
}
