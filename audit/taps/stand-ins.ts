/** Functions that are handed to Node in the place of the program's, and call these. */

/**
 * Puts the program's function back where Node keeps it. To be called before the program's function is: V8 shows in stack traces under which name the
 * receiver of a call has it.
 * @param receiver `this` of the call
 */
export function giveBack(receiver: unknown, standIn: unknown, original: unknown): void {
  if (typeof receiver !== "object" || receiver === null) return;
  const keys = Object.getOwnPropertyNames(receiver);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    if (Object.getOwnPropertyDescriptor(receiver, key)?.value === standIn) Reflect.set(receiver, key, original);
  }
}
