/**
 * Globals that programs replace for their tests, and whose functions are no built-ins of the language, as they were
 * before the program ran. The build has every bundle use these under their usual names.
 */

const { Buffer: node, Date: clock } = globalThis;
const { alloc, allocUnsafe, allocUnsafeSlow, byteLength, compare, from, isBuffer, isEncoding, prototype } = node;

/** Node's own one allocates by what is `Buffer.allocUnsafe` at the moment. */
function concat(parts: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (let i = 0; i < parts.length; i++) length += (parts[i] as Uint8Array).byteLength;
  const all = allocUnsafeSlow(length);
  let at = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as Uint8Array;
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

/** The functions of `Buffer`. */
const own = { alloc, allocUnsafe, allocUnsafeSlow, byteLength, compare, concat, from, isBuffer, isEncoding, prototype };
const OwnBuffer = own as unknown as BufferConstructor;

const { cwd, geteuid, hrtime, kill, uptime } = process;

/** For bundles that only read it otherwise. */
const ownProcess: NodeJS.Process = Object.assign(Object.create(process), { cwd, geteuid, hrtime, kill, uptime });

/** The engine's: what the program finds under this name is a tap, so that nobody gets hold of this one's `now`. */
export { clock as Date, OwnBuffer as Buffer, ownProcess };
