/**
 * The keys of shared caches (Ed25519): the public ones whose signatures are believed, and the private one by which this machine signs.
 * Private keys come from the environment or a file, and never from the configuration, which is often published.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError } from "../../config/config.ts";

/** Bytes of the digest of a public key by which a record names its signer. */
export const ID_SIZE = 16;
export const SIGNATURE_SIZE = 64;

export interface Signer {
  readonly id: Buffer;
  sign(bytes: Uint8Array): Buffer;
}

/** The public keys whose signatures are believed. */
export class BelievedKeys {
  readonly #keys = new Map<string, KeyObject>();

  /**
   * @param texts public keys: PEM, or the base64 of their DER form
   * @param at where the user has written them, for messages
   * @throws ConfigError
   */
  constructor(texts: readonly string[], at = "remoteKeys") {
    for (const [index, text] of texts.entries()) {
      const key = readKey(`${at}[${index}]`, text, (input) =>
        typeof input === "string"
          ? createPublicKey(input)
          : createPublicKey({ key: input, format: "der", type: "spki" }),
      );
      this.#keys.set(idOf(key).toString("hex"), key);
    }
  }

  get size(): number {
    return this.#keys.size;
  }

  /** Whether the key with this id is one of them, and its signature of the bytes is right. */
  hasSigned(id: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
    const key = this.#keys.get(Buffer.from(id).toString("hex"));
    return key !== undefined && verify(null, bytes, key, signature);
  }
}

/**
 * The key by which this machine signs; null if there is none.
 * @throws ConfigError
 */
export function signerOf(env: NodeJS.ProcessEnv): Signer | null {
  const { DUMBO_REMOTE_KEY, DUMBO_REMOTE_KEY_FILE } = env;
  const name = DUMBO_REMOTE_KEY ? "DUMBO_REMOTE_KEY" : "DUMBO_REMOTE_KEY_FILE";
  const text = DUMBO_REMOTE_KEY || (DUMBO_REMOTE_KEY_FILE && contentOf(DUMBO_REMOTE_KEY_FILE));
  if (!text) return null;
  const key = readKey(name, text, (input) =>
    typeof input === "string"
      ? createPrivateKey(input)
      : createPrivateKey({ key: input, format: "der", type: "pkcs8" }),
  );
  return { id: idOf(createPublicKey(key)), sign: (bytes) => sign(null, bytes, key) };
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError(`DUMBO_REMOTE_KEY_FILE: ${file} cannot be read (${code ?? error})`);
  }
}

/** Reads a key. The message of an error never holds the text, which may be a private key. @throws ConfigError */
function readKey(name: string, text: string, read: (input: string | Buffer) => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read(text.includes("-----BEGIN") ? text : Buffer.from(text, "base64"));
  } catch {
    throw new ConfigError(`${name} must be an Ed25519 key: PEM, or the base64 of its DER form`);
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new ConfigError(`${name} must be an Ed25519 key, not one of ${key.asymmetricKeyType}`);
}

function idOf(key: KeyObject): Buffer {
  const der = key.export({ format: "der", type: "spki" });
  return createHash("sha256").update(der).digest().subarray(0, ID_SIZE);
}
