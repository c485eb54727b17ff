/** Which flags and variables belong to each key: src/key/process-flags.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { processFlags } from "../../src/key/process-flags.ts";

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

test("NODE_OPTIONS counts as flags do, and so does what ICU and OpenSSL read", () => {
  assert.equal(processFlags([], { NODE_OPTIONS: "--import dumbo/auto  --force-fips" }), "--force-fips");
  assert.equal(processFlags([], { OPENSSL_CONF: "my.cnf", NODE_ICU_DATA: "" }), "OPENSSL_CONF=my.cnf");
});
