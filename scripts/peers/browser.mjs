/** What a page would do with each peer: some lines that cache a function in memory. Not for joblib, which is for Python. */
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";

const LINES = {
  dumbo: 'import { memo } from "dumbo"; const wrap = memo;',
  "memoize-fs": 'import memoizeFs from "memoize-fs"; const wrap = memoizeFs({ cachePath: "cache" }).fn;',
  "p-memoize": 'import pMemoize from "p-memoize"; const wrap = (fn) => pMemoize(async (n) => fn(n));',
  moize: 'import moize from "moize"; const wrap = moize;',
  keyv: `import Keyv from "keyv"; const kept = new Keyv();
    const wrap = (fn) => async (n) => {
      const known = await kept.get(String(n));
      if (known === undefined) await kept.set(String(n), fn(n));
      return known ?? kept.get(String(n));
    };`,
  react: 'import { cache } from "react"; const wrap = cache;',
};

const USE = `let calls = 0;
  const cached = wrap(() => ++calls);
  const twice = async () => { await (await cached)(1); return (await (await cached)(1)) === 1; };
  globalThis.answer = twice();`;

/**
 * Whether the second call is answered where there is nothing of Node's.
 * @param {string} peer
 * @param {string} folder where it is installed
 */
export async function cachesInBrowser(peer, folder) {
  try {
    const { outputFiles } = await build({
      stdin: { contents: `${LINES[peer]}\n${USE}`, resolveDir: folder },
      bundle: true,
      platform: "browser",
      define: { "process.env.NODE_ENV": '"production"' },
      write: false,
      logLevel: "silent",
    });
    const page = createContext({ console, setTimeout, clearTimeout, queueMicrotask });
    runInContext(outputFiles[0]?.text ?? "", page);
    return await page.answer;
  } catch {
    return false;
  }
}
