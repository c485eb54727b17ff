/**
 * The form of a record between machines: its form, key and signer, its bytes, a signature, and a checksum. Bytes that are wrong in any
 * part are no record.
 */
import { halfHash } from "../../hash.ts";
import { type BelievedKeys, ID_SIZE, SIGNATURE_SIZE, type Signer } from "./keys.ts";

const MAGIC = 0x52424d44;
/** The version of this layout. */
const VERSION = 1;
const KEY_SIZE = 16;
/** Positions: the magic number is at 0, `content` is the version of the content, `zero` is always 0. */
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
/** Is signed together with a record, so that a signature that the key made for another purpose does not fit. */
const PURPOSE = Buffer.from("dumbo shared record 1\n");
/** The most bytes that a record may have to be shared. */
export const LARGEST = 64 * 1024 * 1024;
/** The most bytes that the sealed form adds. */
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
  readonly #believed: BelievedKeys;
  readonly #believesAll: boolean;

  /**
   * @param content the version of what the records hold
   * @param signer signs records; null if they are not signed
   * @param believesAll whether records without a signature are accepted
   */
  constructor(content: number, signer: Signer | null, believed: BelievedKeys, believesAll: boolean) {
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

  /** The content of a sealed record; null if the bytes are no record of this key, or one that is not believed. */
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
