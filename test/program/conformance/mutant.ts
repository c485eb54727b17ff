/** A build of dumbo that also guards what is too cheap to be worth it: most functions of a conformance test are. */
import { mkdirSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { AS_NODE_RUNS_IT, bundle } from "../../../scripts/bundle.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const TRIVIAL = /^ *if \(scan\.trivial\) return refuse\(.*\n/m;

const mutant: Plugin = {
  name: "mutant",
  setup(setup) {
    setup.onLoad({ filter: /[\\/]guard-form\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!TRIVIAL.test(text)) throw new Error(`${path} no longer says what is trivial where it is looked for`);
      return { contents: text.replace(TRIVIAL, ""), loader: "ts" };
    });
  },
};

export interface Mutant {
  /** Its entry. */
  readonly bundle: string;
  readonly transform: typeof import("../../../loader/transform/index.ts")["transform"];
}

export async function buildMutant(): Promise<Mutant> {
  const folder = join(root, ".tmp/conformance");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await bundle(folder, [mutant]);
  // dumbo's own bundles are no modules that Node could load.
  const transforming = join(folder, "here/transforming.cjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["loader/transform/index.ts"],
    outfile: transforming,
    ...AS_NODE_RUNS_IT,
    logLevel: "warning",
    plugins: [mutant],
  });
  const { transform } = createRequire(import.meta.url)(transforming) as Mutant;
  return { bundle: join(folder, "auto.cjs"), transform };
}
