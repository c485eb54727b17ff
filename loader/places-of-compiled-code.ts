/** Where dumbo's own files lie as V8 has compiled them (src/compiled-code.ts). */
import { usableDirectory } from "../src/store/disk/user-directory.ts";

/**
 * The folders that may hold them, the preferred one first. Beside dumbo's files, all projects find them, whatever their caches are.
 * @param own the folder of dumbo's files
 * @param user that of all projects of the user, or null
 * @param directory of the cache
 */
export function placesOfCompiledCode(own: string, user: string | null, directory: string): string[] {
  return [usableDirectory(own), user, directory].filter((place) => place !== null);
}
