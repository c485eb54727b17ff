/**
 * Which records were of use, for choosing those that give way. A table of fixed size in a file of its own, beside the
 * records: a hit must not rewrite a record, and a program that only finds things must not load lmdb.
 *
 * A record's slot is found by its key, so that a few share one; everything here is a guess for a guess, written
 * without a lock and without a checksum. What is damaged or lost costs a wrong choice of what gives way, nothing else.
 *
 * Layout: 4096 bytes with the clock at 16 and the hand at 24; 4096 owners of 8 bytes: how often their entries were found; 2^19 records of
 * 8 bytes: the clock when they were last of use (float), how often (16 bits), on which day (16 bits).
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
/** From so many slots on, reading all is faster than one by one. */
const MANY = 500;

/** A record that was found: whose it is, how often. */
export interface Touch {
  readonly owner: number;
  readonly count: number;
}

/** The table, as it was when it was read. */
export class Uses {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Rises when something gives way, to what the best of that was worth: the ageing of greedy-dual-size. */
  get clock(): number {
    const clock = this.#bytes.readDoubleLE(CLOCK_AT);
    return clock >= 0 && Number.isFinite(clock) ? clock : 0;
  }

  /** The key at which the last look for what gives way has ended. */
  get hand(): Buffer {
    return this.#bytes.subarray(HAND_AT, HAND_AT + HAND_SIZE);
  }

  /** Whether an entry of this owner was ever found. */
  wasOfUse(owner: number): boolean {
    return this.#bytes.readUInt32LE(ownerAt(owner)) > 0;
  }

  /** The clock when a record was stored or found last, how often it was found, and days since 1970. */
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
    // there is none yet
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

/** Notes which records a process has found, once a day and tick of the clock for each, so that it mostly writes nothing. */
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
 * Notes which records are new: not of use yet, but not old either. Until something has given way there is nothing to
 * note: all are as old as another.
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

type Read = (at: number) => Buffer;
type Write = (at: number, slot: Buffer) => void;

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

/** Errors are ignored: what is lost is a hint for what gives way (evict.ts). */
function change(folder: string, work: (file: number) => void): void {
  let file: number | undefined;
  try {
    file = openTable(join(folder, FILE));
    work(file);
  } catch {
    // the disk is full, or the folder gone: whoever writes records will find out
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
