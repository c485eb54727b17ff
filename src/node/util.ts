/** What dumbo uses of `node:util`, in its bundles (see fs.ts). */
const util = process.getBuiltinModule("node:util");

export const { inspect, styleText, TextDecoder, TextEncoder } = util;

export const types = { ...util.types };
