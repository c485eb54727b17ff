/**
 * The certificates that the user has named beside Node's own. C++ reads them when the part of Node below `crypto` is loaded, and where it cannot, it prints a
 * warning of which no tap is told.
 */
import { loadedParts } from "../../audit/builtins/loaded-parts.ts";
import { getBuiltinModule } from "../../audit/builtins/originals.ts";
import { resolve } from "../../src/node/path.ts";
import { type AskedFiles, Unanswerable } from "./asked-files.ts";

const VARIABLE = "NODE_EXTRA_CA_CERTS";
const BELOW_CRYPTO = "Internal Binding crypto";
/** What C++ looks for in the file. What stands between is passed over. */
const CERTIFICATES =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

export class NamedCertificates {
  /** Taken before the program can change its environment, or the folder in which it runs. */
  readonly #path = process.env[VARIABLE] ? resolve(process.env[VARIABLE]) : null;

  /** Notes what is in the file, if Node has read it. @throws Unanswerable where Node may have warned of it */
  note(asked: AskedFiles): void {
    if (this.#path === null || !loadedParts.includes(BELOW_CRYPTO)) return;
    if (!areReadable(asked.content(this.#path))) throw new Unanswerable({ kind: "uses-api", api: VARIABLE });
  }
}

/** Whether there are certificates in a text, and OpenSSL can read each. */
function areReadable(text: string): boolean {
  const found = text.match(CERTIFICATES) ?? [];
  try {
    const { X509Certificate } = getBuiltinModule("node:crypto");
    for (const one of found) new X509Certificate(one);
    return found.length > 0;
  } catch {
    return false;
  }
}
