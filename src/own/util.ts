/** What dumbo uses of `node:util`, in its bundles (see fs.ts). */
import * as util from "node:util";

export const { inspect, styleText, TextDecoder, TextEncoder } = util;

export const types = { ...util.types };
