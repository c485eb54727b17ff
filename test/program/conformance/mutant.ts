/** A build of dumbo that also guards what is too cheap to be worth it: most functions of a conformance test are. */
import { cpSync, existsSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { AS_NODE_RUNS_IT } from "../../../scripts/bundle.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const TRIVIAL = /^ *if \(scan\.trivial\) return refuse\(.*\n/m;

/** @returns the folder of the build, a copy of dist/ with another transform */
export async function buildMutant(): Promise<string> {
  const dist = `${root}dist`;
  if (!existsSync(`${dist}/auto.cjs`)) throw new Error("dist/ is missing: npm run build");
  const folder = `${root}.tmp/conformance`;
  rmSync(folder, { recursive: true, force: true });
  cpSync(dist, folder, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: { transforming: "loader/transform/index.ts" },
    outdir: folder,
    outExtension: { ".js": ".cjs" },
    ...AS_NODE_RUNS_IT,
    logLevel: "warning",
    plugins: [
      {
        name: "mutant",
        setup(setup) {
          setup.onLoad({ filter: /[\\/]guard-form\.ts$/ }, async ({ path }) => {
            const text = await readFile(path, "utf8");
            if (!TRIVIAL.test(text)) throw new Error(`${path} no longer says what is trivial where it is looked for`);
            return { contents: text.replace(TRIVIAL, ""), loader: "ts" };
          });
        },
      },
    ],
  });
  return folder;
}
