/**
 * Whether `DUMBO` switches dumbo off: `off`, `0`, `false` or `no`. Asked before anything else is loaded. No regular
 * expression is used, as that would show in `RegExp.$1` of a program that is to run as if dumbo were not there.
 */
export function isSwitchedOff(value: string | undefined): boolean {
  if (value === undefined) return false;
  const text = value.toLowerCase();
  return text === "off" || text === "0" || text === "false" || text === "no";
}
