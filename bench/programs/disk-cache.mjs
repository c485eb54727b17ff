// What a patient person writes by hand: results in files, by a hash of the code that makes them and of what it is given.
// The `ideal.mjs` of each program uses it; dumbo does not run there.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";

const folder = process.env.IDEAL_DIR ?? ".ideal";

/** @param {...URL} code the files whose change makes all results old */
export function diskCache(...code) {
  const version = createHash("sha1");
  for (const url of code) version.update(readFileSync(url));
  const prefix = version.digest("hex");

  /**
   * @template T
   * @param {string} name of the step
   * @param {unknown} given everything that the step depends on
   * @param {() => T} compute
   * @returns {T} what `compute` returns, or a promise of what its promise brings
   */
  return function cached(name, given, compute) {
    const file = join(folder, createHash("sha1").update(prefix).update(name).update(serialize(given)).digest("hex"));
    let bytes;
    try {
      bytes = readFileSync(file);
    } catch {
      const result = compute();
      if (result instanceof Promise) return result.then((value) => keep(file, value));
      return keep(file, result);
    }
    return deserialize(bytes);
  };
}

function keep(file, value) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, serialize(value));
  return value;
}
