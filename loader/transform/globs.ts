import picomatch from "picomatch";

/** Whether a path, relative to the project, is among the modules to rewrite. Empty lists mean all and none. */
export function globs(include: readonly string[], exclude: readonly string[]): (path: string) => boolean {
  const included = include.length > 0 ? picomatch([...include]) : () => true;
  const excluded = picomatch([...exclude]);
  return (path) => included(path) && !(exclude.length > 0 && excluded(path));
}
