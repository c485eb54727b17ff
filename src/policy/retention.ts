/** The owner of a function's entries: the store bounds the number and age of entries by owner. */
import type { FunctionOptions } from "../config/config.ts";
import { hashText } from "../hash.ts";
import type { Owner } from "../store/store.ts";

/**
 * @param options by name, or by `path#name`, which goes before a name alone
 * @param file path of the module, relative to the project where it is inside of it
 */
export function ownerOf(options: Readonly<Record<string, FunctionOptions>>, file: string, name: string): Owner {
  const place = `${file}#${name}`;
  const found = [place, name].find((key) => Object.hasOwn(options, key));
  const { maxEntries = 0, ttl = Number.POSITIVE_INFINITY } = found === undefined ? {} : (options[found] ?? {});
  return { id: Number.parseInt(hashText(place).slice(0, 8), 16), ttl: ttl * 1000, maxEntries };
}
