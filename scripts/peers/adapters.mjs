/** How each peer caches a function: as its documentation shows, without options that it could do without. */
import { PassThrough } from "node:stream";

const directly = (work) => work();

/** By name: `wrap` caches a function, for some seconds if that is asked for; `run` runs what calls it. */
const ADAPTERS = {
  dumbo: async () => {
    const { memo } = await import("dumbo");
    return { wrap: (fn, seconds) => memo(fn, seconds ? { ttl: seconds } : {}), run: directly };
  },
  "memoize-fs": async () => {
    const { default: memoizeFs } = await import("memoize-fs");
    const memoizer = memoizeFs({ cachePath: "./cache-of-memoize-fs" });
    return { wrap: (fn, seconds) => memoizer.fn(fn, seconds ? { maxAge: seconds * 1000 } : {}), run: directly };
  },
  "p-memoize": async () => {
    const { default: pMemoize } = await import("p-memoize");
    return { wrap: (fn, seconds) => (seconds ? null : pMemoize(async (...args) => fn(...args))), run: directly };
  },
  moize: async () => {
    const { default: moize } = await import("moize");
    return { wrap: (fn, seconds) => moize(fn, seconds ? { maxAge: seconds * 1000 } : {}), run: directly };
  },
  // Keeps values under keys: the rest is by hand.
  keyv: async () => {
    const { default: Keyv } = await import("keyv");
    const { KeyvFile } = await import("keyv-file");
    const kept = new Keyv({ store: new KeyvFile({ filename: "./cache-of-keyv.json", writeDelay: 0 }) });
    const wrap =
      (fn, seconds) =>
      async (...args) => {
        const key = `${fn.name} ${JSON.stringify(args)}`;
        const known = await kept.get(key);
        if (known !== undefined) return known;
        const value = await fn(...args);
        await kept.set(key, value, seconds && seconds * 1000);
        return value;
      };
    return { wrap, run: directly };
  },
  // Caches within the render of one page on a server, and nowhere else.
  react: async () => {
    const { cache, createElement } = await import("react");
    const { renderToPipeableStream } = await import("react-server-dom-webpack/server.node");
    const run = (work) =>
      new Promise((resolve, reject) => {
        const page = async () => {
          await work().then(resolve, reject);
          return null;
        };
        renderToPipeableStream(createElement(page), {}).pipe(new PassThrough().resume());
      });
    return { wrap: (fn, seconds) => (seconds ? null : cache(fn)), run };
  },
};

/** @param {string} peer */
export function adapterOf(peer) {
  return ADAPTERS[peer]();
}
