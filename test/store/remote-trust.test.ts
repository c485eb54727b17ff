/** Whose results are believed: signatures, namespaces, and settings that say nothing of it. Expects dist/. */
import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ENTRY_VERSION } from "../../src/key/format-version.ts";
import { BelievedKeys, signerOf } from "../../src/store/remote/keys.ts";
import { Seal } from "../../src/store/remote/sealed-record.ts";
import { FakeRedis } from "../support/fake-redis.ts";
import { project, run } from "../support/store-project.ts";

const WAIT = "wait=30000";
const FILES = {
  "work.js": `
    export function work(n) {
      let sum = 0;
      for (let i = 0; i < 200000; i++) sum = (sum * 31 + i * n) % 1000003;
      return { verdict: "good", sum };
    }`,
  "main.js": 'import { work } from "./work.js"; console.log(work(1), work(2));',
};

function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

const main = keyPair();
const stranger = keyPair();

/** A checkout that believes some keys. */
function checkout(remoteKeys: readonly string[]): string {
  return project({ ...FILES, "dumbo.config.json": JSON.stringify({ remoteKeys }) });
}

async function withServer(work: (server: FakeRedis) => Promise<void>): Promise<void> {
  const server = await FakeRedis.start();
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

/** What a reader who believes the main branch gets from a server. */
function reads(server: FakeRedis, query = "") {
  return run(checkout([main.publicKey]), { env: { DUMBO_REMOTE: `${server.url}?${WAIT}${query}` } });
}

async function writes(server: FakeRedis, privateKey: string, query = ""): Promise<void> {
  const env = { DUMBO_REMOTE: `${server.url}?mode=write&${WAIT}${query}`, DUMBO_REMOTE_KEY: privateKey };
  const { stderr, end } = await run(checkout([main.publicKey, stranger.publicKey]), { env });
  assert.deepEqual([stderr, end], ["", 0]);
}

test("results of those who are believed are used, and those of others are not", async () => {
  await withServer(async (server) => {
    await writes(server, main.privateKey);
    const believed = await reads(server);
    assert.deepEqual([believed.hits, believed.misses], [2, 0]);
    server.values.clear();
    await writes(server, stranger.privateKey);
    assert.equal(server.values.size, 3, "the stranger has written results and a list");
    const { hits, misses, stdout } = await reads(server);
    assert.deepEqual([hits, misses, stdout], [0, 2, believed.stdout]);
  });
});

test("an untrusted writer cannot change what a trusted reader gets", async () => {
  await withServer(async (server) => {
    await writes(server, main.privateKey);
    const honest = await reads(server);
    const sound = new Map(server.values);
    const trusted = new Seal(ENTRY_VERSION, null, new BelievedKeys([main.publicKey]), false);
    const forgers = [
      new Seal(ENTRY_VERSION, signerOf({ DUMBO_REMOTE_KEY: stranger.privateKey }), new BelievedKeys([]), true),
      new Seal(ENTRY_VERSION, null, new BelievedKeys([]), true),
    ];
    for (const forger of forgers) {
      for (const [name, value] of server.values) {
        const key = name.slice(-32);
        const opened = trusted.open(key, value) ?? forger.open(key, value);
        if (opened?.form !== "entry") continue;
        const bad = Buffer.from(opened.bytes.toString("latin1").replace("good", "evil"), "latin1");
        assert.notDeepEqual(bad, opened.bytes, "the result stands there as it is");
        server.values.set(name, forger.close(key, "entry", opened.created, bad));
      }
      const { stdout, hits, misses, stderr } = await reads(server);
      assert.deepEqual([stdout, hits, misses, stderr], [honest.stdout, 0, 2, ""]);
      // The forgery is one that is believed where everybody is.
      const careless = await reads(server, "&unsigned=yes");
      assert.match(careless.stdout, /evil/);
      for (const [name, value] of sound) server.values.set(name, value);
    }
  });
});

test("a branch writes to a namespace of its own, and reads that of the main branch", async () => {
  await withServer(async (server) => {
    await writes(server, main.privateKey);
    const before = new Map(server.values);
    const files = { ...FILES, "main.js": 'import { work } from "./work.js"; console.log(work(1), work(3));' };
    const branch = project({ ...files, "dumbo.config.json": JSON.stringify({ remoteKeys: [main.publicKey] }) });
    const query = `?mode=write&namespace=pr-1&from=main&${WAIT}`;
    const env = { DUMBO_REMOTE: `${server.url}${query}`, DUMBO_REMOTE_KEY: stranger.privateKey };
    const { hits, misses } = await run(branch, { env });
    assert.deepEqual([hits, misses], [1, 1]);
    const added = [...server.values.keys()].filter((name) => !before.has(name));
    assert.deepEqual(
      added.map((name) => name.split("/")[1]),
      ["pr-1", "pr-1"],
      "a result and a list",
    );
    for (const [name, value] of before) assert.ok(server.values.get(name)?.equals(value), `${name} is as it was`);
  });
});

test("settings that leave open whom to believe are an error before the program starts", async () => {
  const url = "redis://127.0.0.1:1";
  const file = join(project(FILES), "key.pem");
  writeFileSync(file, main.privateKey);
  const cases: readonly [NodeJS.ProcessEnv, readonly string[], RegExp][] = [
    [{ DUMBO_REMOTE: url }, [], /^dumbo: DUMBO_REMOTE: no key says whose results are believed; add "remoteKeys"/],
    [{ DUMBO_REMOTE: `${url}?mode=write` }, [main.publicKey], /^dumbo: DUMBO_REMOTE: mode=write needs a private key/],
    [{ DUMBO_REMOTE: url }, ["nonsense"], /^dumbo: [^\n]*dumbo\.config\.json: remoteKeys\[0\] must be an Ed25519 key/],
    [
      { DUMBO_REMOTE: `${url}?mode=write`, DUMBO_REMOTE_KEY: "x" },
      [main.publicKey],
      /^dumbo: DUMBO_REMOTE_KEY must be/,
    ],
    [
      { DUMBO_REMOTE: `${url}?mode=write`, DUMBO_REMOTE_KEY_FILE: `${file}x` },
      [main.publicKey],
      /^dumbo: DUMBO_REMOTE_KEY_FILE: [^\n]*key\.pemx cannot be read \(ENOENT\)/,
    ],
  ];
  for (const [env, keys, message] of cases) {
    const { stdout, stderr, end } = await run(checkout(keys), { env });
    assert.match(stderr, message);
    assert.deepEqual([stdout, end, stderr.split("\n").length], ["", 1, 2], stderr);
    assert.ok(!stderr.includes("PRIVATE"), "no key is shown");
  }
  const { stderr, end } = await run(checkout([main.publicKey]), {
    env: { DUMBO_REMOTE: `${url}?mode=write`, DUMBO_REMOTE_KEY_FILE: file },
  });
  assert.equal(end, 0, stderr);
});

test("no result holds the key that results are signed with, here or on the server", async () => {
  await withServer(async (server) => {
    const key = createPrivateKey(main.privateKey).export({ format: "der", type: "pkcs8" }).toString("base64");
    const folder = project({
      "dumbo.config.json": JSON.stringify({ remoteKeys: [main.publicKey] }),
      "work.js": `
        const SPIN = (n) => { let s = n; for (let i = 0; i < 200000; i++) s = (s * 31 + i) % 1000003; return s; };
        const held = process.env;
        export function whole(n) { return SPIN(n) + JSON.stringify(process.env); }
        export function copied(n) { return { ...held, n: SPIN(n) }; }
        export function named(n) { return process.env.DUMBO_REMOTE_KEY + SPIN(n); }
        export function computed(n) { return process.env[["DUMBO_REMOTE", "KEY"].join("_")] + SPIN(n); }
        export function other(n) { return process.env.OTHER + SPIN(n); }`,
      "main.js": `import * as work from "./work.js";
        console.log(["whole", "copied", "named", "computed", "other"].map((name) => typeof work[name](1)).join());`,
    });
    const DUMBO_DIR = join(folder, "cache");
    const env = { DUMBO_REMOTE: `${server.url}?mode=write&${WAIT}`, DUMBO_DIR, OTHER: "another" };
    const signing = { ...env, DUMBO_REMOTE_KEY: key };
    for (const hits of [0, 1]) {
      const ended = await run(folder, { env: signing });
      assert.deepEqual([ended.stdout, ended.stderr, ended.end], ["string,object,string,string,string\n", "", 0]);
      assert.deepEqual([ended.hitsOf.named, ended.hitsOf.other], [0, hits]);
    }
    const values = [...server.values.values()].map((value) => value.toString("latin1"));
    assert.ok(values.length > 0, "something is shared");
    for (const value of values) assert.ok(!value.includes(key), "no key on the server");
    for (const name of readdirSync(DUMBO_DIR, { recursive: true, encoding: "utf8" })) {
      const file = join(DUMBO_DIR, name);
      if (statSync(file).isFile()) assert.ok(!readFileSync(file, "latin1").includes(key), `no key in ${name}`);
    }
  });
});
