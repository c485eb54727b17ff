/** Objects of Node's that code can only use in ways that are noticed: keys name them, and do not look into them. */

export interface HostObject {
  readonly name: string;
  /** Whether it is as Node made it: a program may have put something on it, or in the place of what it has. */
  readonly isAsMade: () => boolean;
  /** Programs put others in the place of what it prints by, and output may not be delayed. */
  readonly prints: boolean;
}

const objects = new WeakMap<object, HostObject>();

export function noteHostObject(object: object, host: HostObject): void {
  objects.set(object, host);
}

/** What an object is known as; undefined for any other object. */
export function hostObject(value: object): HostObject | undefined {
  return objects.get(value);
}
