/**
 * A record on its way between machines: what it is, under which key, who has signed it, its bytes, a checksum. What does not
 * fit in any part is no record.
 */
import { halfHash } from "../../hash.ts";
import { type Believed, ID_SIZE, SIGNATURE_SIZE, type Signer } from "./keys.ts";

const MAGIC = 0x52424d44;
/** Of this layout. */
const VERSION = 1;
const KEY_SIZE = 16;
/** Magic, version, version of the content, form, a zero, time, key, signer, length. */
const AT = {
  version: 4,
  content: 5,
  form: 6,
  zero: 7,
  created: 8,
  key: 12,
  signer: 28,
  length: 44,
  bytes: 48,
} as const;
const CHECKSUM = 8;
const FORMS = ["entry", "value", "list"] as const;
/** What a signature is of, beside the record: so that it is good for nothing else. */
const PURPOSE = Buffer.from("dumbo shared record 1\n");
/** Longer records do not travel. */
export const LARGEST = 64 * 1024 * 1024;
/** What a record has beside its bytes, at most. */
export const OVERHEAD = AT.bytes + SIGNATURE_SIZE + CHECKSUM;

export type SealedForm = (typeof FORMS)[number];

export interface Opened {
  readonly form: SealedForm;
  /** Seconds since 1970. */
  readonly created: number;
  readonly bytes: Buffer;
}

/** Writes and reads records of one version of the content. */
export class Seal {
  readonly #content: number;
  readonly #signer: Signer | null;
  readonly #believed: Believed;
  readonly #believesAll: boolean;

  /**
   * @param content version of what the records hold
   * @param signer null: records are not signed
   * @param believesAll records without a signature are let in, too
   */
  constructor(content: number, signer: Signer | null, believed: Believed, believesAll: boolean) {
    this.#content = content;
    this.#signer = signer;
    this.#believed = believed;
    this.#believesAll = believesAll;
  }

  close(key: string, form: SealedForm, created: number, bytes: Uint8Array): Buffer {
    const end = AT.bytes + bytes.byteLength;
    const all = Buffer.alloc(end + (this.#signer ? SIGNATURE_SIZE : 0) + CHECKSUM);
    all.writeUInt32LE(MAGIC, 0);
    all[AT.version] = VERSION;
    all[AT.content] = this.#content;
    all[AT.form] = FORMS.indexOf(form);
    all.writeUInt32LE(created, AT.created);
    all.write(key, AT.key, "hex");
    if (this.#signer) all.set(this.#signer.id, AT.signer);
    all.writeUInt32LE(bytes.byteLength, AT.length);
    all.set(bytes, AT.bytes);
    if (this.#signer) all.set(this.#signer.sign(signed(all, end)), end);
    all.writeBigUInt64LE(halfHash(all, 0, all.length - CHECKSUM), all.length - CHECKSUM);
    return all;
  }

  /** What is in it; null where it is no record of this key that may be believed. */
  open(key: string, all: Buffer): Opened | null {
    if (all.length < AT.bytes + CHECKSUM || all.length > LARGEST + OVERHEAD) return null;
    if (all.readUInt32LE(0) !== MAGIC || all[AT.version] !== VERSION || all[AT.content] !== this.#content) return null;
    const form = FORMS[all[AT.form] as number];
    const length = all.readUInt32LE(AT.length);
    const end = AT.bytes + length;
    const left = all.length - CHECKSUM - end;
    if (form === undefined || all[AT.zero] !== 0 || (left !== 0 && left !== SIGNATURE_SIZE)) return null;
    if (all.toString("hex", AT.key, AT.key + KEY_SIZE) !== key) return null;
    if (all.readBigUInt64LE(all.length - CHECKSUM) !== halfHash(all, 0, all.length - CHECKSUM)) return null;
    if (!this.#believesAll && !this.#isSigned(all, end, left)) return null;
    return { form, created: all.readUInt32LE(AT.created), bytes: all.subarray(AT.bytes, end) };
  }

  #isSigned(all: Buffer, end: number, left: number): boolean {
    if (left !== SIGNATURE_SIZE) return false;
    const id = all.subarray(AT.signer, AT.signer + ID_SIZE);
    return this.#believed.hasSigned(id, signed(all, end), all.subarray(end, end + SIGNATURE_SIZE));
  }
}

function signed(all: Buffer, end: number): Buffer {
  return Buffer.concat([PURPOSE, all.subarray(0, end)]);
}
