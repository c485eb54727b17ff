/** What a run counted of each function, by the names that tests use for it. */

const KEY = /^(?<file>.*):\d+ (?<name>.*)$/;

/**
 * What is filed by `file:line name`, by `name`, `file name` and `file:line name`. Only names are enumerated.
 * @returns an object whose property throws when its name means several functions: a test must say which one it means
 */
export function byName<Value>(counted: Readonly<Record<string, Value>>): Record<string, Value> {
  const meant = new Map<string, string[]>();
  const names = new Set<string>();
  for (const key of Object.keys(counted)) {
    const { file = "", name = key } = KEY.exec(key)?.groups ?? {};
    names.add(name);
    for (const one of new Set([key, `${file} ${name}`, name])) meant.set(one, [...(meant.get(one) ?? []), key]);
  }
  const named: Record<string, Value> = {};
  for (const [name, keys] of meant) {
    const get = () => {
      if (keys.length > 1) throw new Error(`"${name}" means several functions: ${keys.join(", ")}`);
      return counted[keys[0] as string];
    };
    Object.defineProperty(named, name, { get, enumerable: names.has(name) });
  }
  return named;
}
