/**
 * The entry of the bundle for shared caches, which is loaded only if one is configured. It is loaded before the program, so that the thread
 * that talks to the caches starts while the program does.
 */
import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { type Config, ConfigError } from "../../src/config/config.ts";
import { hashText } from "../../src/hash.ts";
import { ENTRY_VERSION } from "../../src/key/format-version.ts";
import { type CachePlace, cachePlaceOf } from "../../src/store/remote/cache-place.ts";
import { Client } from "../../src/store/remote/client.ts";
import { BelievedKeys, signerOf } from "../../src/store/remote/keys.ts";
import { RemoteTier } from "../../src/store/remote/remote-tier.ts";
import type { Tier } from "../../src/store/store.ts";

/** The folder of the cache directory that keeps, for each program, what this machine has of the shared caches' lists. */
const KNOWN = "remote";

export interface RemoteOptions {
  readonly root: string;
  /** Path of the script that runs. */
  readonly program: string;
  readonly directory: string;
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  /** Where dumbo's own files are. */
  readonly dumboFolder: string;
  readonly now: () => number;
  /** Does something after so many milliseconds, unless the process has ended by then. */
  readonly later: (work: () => void, ms: number) => void;
  readonly report: (line: string) => void;
}

export interface Remote {
  /** The tier that asks the disk first, and then the shared caches. */
  readonly beyond: (disk: Tier) => Tier;
  /** To be called when the program ends. */
  readonly end: () => void;
}

/**
 * The shared caches that the settings name, or what is wrong with the settings. (No error is thrown: its class would be that of this bundle,
 * which others cannot test for.)
 */
export type Places = { readonly places: readonly CachePlace[] } | { readonly wrong: string };

export function placesOf(root: string, config: Config, env: NodeJS.ProcessEnv): Places {
  try {
    return { places: checked(root, config, env) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { wrong: error.message };
  }
}

/** @throws ConfigError */
function checked(root: string, { remote, remoteKeys, readOnly }: Config, env: NodeJS.ProcessEnv): CachePlace[] {
  const believed = new BelievedKeys(remoteKeys, `${join(root, "dumbo.config.json")}: remoteKeys`);
  const places = remote.map(cachePlaceOf).map((place) => (readOnly ? { ...place, writes: false } : place));
  for (const { at, writes, believesAll } of places) {
    if (believesAll) continue;
    if (believed.size === 0) {
      const remedy = '"unsigned=yes" to the URL, which believes whoever can write there';
      throw new ConfigError(
        `${at}: no key says whose results are believed; add "remoteKeys" to dumbo.config.json, or ${remedy}`,
      );
    }
    if (writes && signerOf(env) === null) {
      const names = "DUMBO_REMOTE_KEY or DUMBO_REMOTE_KEY_FILE";
      throw new ConfigError(`${at}: mode=write needs a private key to sign with, in ${names}`);
    }
  }
  return places;
}

/** Starts the thread; null where that is not allowed. */
export function startRemote(places: readonly CachePlace[], options: RemoteOptions): Remote | null {
  const { root, program, directory, config, env, dumboFolder, now, later, report } = options;
  const id = programId(root, program);
  const isPatient = config.policy === "always";
  try {
    const client = new Client({
      worker: join(dumboFolder, "remote-worker.cjs"),
      settings: {
        places,
        believed: config.remoteKeys,
        program: id,
        known: config.readOnly ? null : join(directory, KNOWN, id),
        root,
        ahead: config.limits.memory,
      },
      env,
      isPatient,
      now,
      report,
    });
    let tier: RemoteTier | null = null;
    return {
      beyond(disk) {
        tier = new RemoteTier(disk, client, { sharesAll: isPatient, later });
        return tier;
      },
      end: () => (tier ?? client).end(),
    };
  } catch (error) {
    report(`shared caches cannot be used (${(error as Error).message}): the program goes on without them`);
    return null;
  }
}

/** A name for a program that is the same in all checkouts of its project, on all machines where keys are the same. */
function programId(root: string, program: string): string {
  const { version, platform, arch } = process;
  const path = relative(root, program).split(sep).join("/");
  return hashText(JSON.stringify([ENTRY_VERSION, version, platform, arch, projectName(root), path]));
}

function projectName(root: string): unknown {
  try {
    return (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly name?: unknown }).name;
  } catch {
    return undefined;
  }
}
