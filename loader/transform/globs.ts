import picomatch from "picomatch";

/**
 * Tells of paths, relative to the project, whether their modules are to be rewritten.
 * @param include patterns of paths; none means all
 */
export function globs(include: readonly string[], exclude: readonly string[]): (path: string) => boolean {
  const included = include.length > 0 ? picomatch([...include]) : () => true;
  const excluded = picomatch([...exclude]);
  return (path) => included(path) && !(exclude.length > 0 && excluded(path));
}
