/** Which flags and variables belong to each key: src/key/process-flags.ts. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { processFlags } from "../../src/key/process-flags.ts";

const folder = mkdtempSync(join(tmpdir(), "dumbo-flags-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const of = (...execArgv: string[]) => processFlags(execArgv, {});

test("a flag that may change what code computes counts, however it is written", () => {
  assert.equal(of("--disable-proto=delete"), "--disable-proto=delete");
  assert.equal(of("--disable_proto", "delete"), "--disable_proto delete");
  assert.equal(of("--allow-natives-syntax"), "--allow-natives-syntax");
  assert.equal(of("--no-harmony-shipping"), "--no-harmony-shipping");
});

test("flags that load, watch, measure and print do not count, nor do their values", () => {
  const flags = [
    "--import",
    "dumbo/auto",
    "-r",
    "./setup.cjs",
    "-C",
    "dev",
    "--test",
    "--watch",
    "--inspect=0",
    "--cpu-prof",
  ];
  assert.equal(
    of(...flags, "--no-warnings", "--max_old_space_size=4000", "--stack-trace-limit", "5", "-e", "work()"),
    "",
  );
  assert.equal(of("--import", "dumbo/auto", "--jitless", "-e", "work()"), "--jitless");
});

test("flags that silence deprecations, or make errors of them, count; with pending ones no other process has the same text", () => {
  assert.equal(of("--no-deprecation"), "--no-deprecation");
  assert.equal(of("--throw-deprecation"), "--throw-deprecation");
  for (const pending of [
    () => of("--pending-deprecation"),
    () => of("--pending_deprecation"),
    () => processFlags([], { NODE_OPTIONS: "--pending-deprecation" }),
    () => processFlags([], { NODE_PENDING_DEPRECATION: "1" }),
  ]) {
    assert.notEqual(pending(), pending());
  }
  assert.equal(processFlags([], { NODE_PENDING_DEPRECATION: "0" }), "");
});

test("NODE_OPTIONS counts as flags do, and so does what ICU and OpenSSL read", () => {
  assert.equal(processFlags([], { NODE_OPTIONS: "--import dumbo/auto  --force-fips" }), "--force-fips");
  assert.equal(processFlags([], { OPENSSL_CONF: "none.cnf", NODE_ICU_DATA: "" }), "OPENSSL_CONF=none.cnf none");
});

test("what such a variable or flag names counts by its content", () => {
  const file = join(folder, "my.cnf");
  const ways: readonly (() => string)[] = [
    () => processFlags([], { OPENSSL_CONF: file }),
    () => of(`--openssl-config=${file}`),
    () => of("--openssl_config", file),
    () => processFlags([], { NODE_OPTIONS: `--openssl-config=${file}` }),
    () => processFlags([], { OPENSSL_MODULES: folder }),
  ];
  for (const way of ways) {
    writeFileSync(file, "a = 1\n# .include here\n");
    const before = way();
    assert.equal(way(), before);
    writeFileSync(file, "a = 22\n");
    assert.notEqual(way(), before);
  }
});

test("a file that names others is like no other one", () => {
  const file = join(folder, "my.cnf");
  for (const text of [".include b.cnf", "[p]\nmodule = /lib/p.so", "dynamic_path = /lib/e.so"]) {
    writeFileSync(file, text);
    const way = () => processFlags([], { OPENSSL_CONF: file });
    assert.notEqual(way(), way(), text);
  }
});
