/** URLs of shared caches: what they say, and what is said of wrong ones. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError } from "../../src/config/config.ts";
import { cachePlaceOf } from "../../src/store/remote/cache-place.ts";

const at = "/project/dumbo.config.json: remote[1]";
const place = (url: string) => cachePlaceOf({ url, at });

test("a URL says where, and how it is used", () => {
  const { kind, name, writes, namespace, from, believesAll, wait } = place("redis://cache:6379/2");
  assert.deepEqual(
    [kind, name, writes, namespace, from, believesAll, wait],
    ["redis", "redis://cache:6379/2", false, "main", [], false, 200],
  );
  const all = place("rediss://me:secret@cache?mode=write&namespace=pr-1&from=main,next&unsigned=yes&wait=0");
  assert.deepEqual(
    [all.kind === "redis" && all.url, all.name, all.writes, all.namespace, all.from, all.believesAll, all.wait],
    ["rediss://me:secret@cache", "rediss://cache", true, "pr-1", ["main", "next"], true, 0],
  );
  const bucket = place("s3://team/a/b/?endpoint=http://127.0.0.1:9000/&region=eu-1");
  assert.deepEqual(bucket.kind === "s3" && [bucket.base, bucket.prefix, bucket.region, bucket.name], [
    "http://127.0.0.1:9000/team",
    "a/b/",
    "eu-1",
    "s3://team/a/b/",
  ]);
  const plain = place("s3://team?region=eu-1");
  assert.deepEqual(plain.kind === "s3" && [plain.base, plain.prefix], ["https://s3.eu-1.amazonaws.com/team", ""]);
});

test("a URL that is wrong is an error that says where it stands and what it must be", () => {
  const wrong: readonly [string, string][] = [
    ["cache:6379", 'must be a URL such as redis://host:6379 or s3://bucket/prefix, not "cache:6379"'],
    ["http://me:secret@cache", 'must be a URL such as redis://host:6379 or s3://bucket/prefix, not "http://cache"'],
    ["redis://cache?mod=write", 'unknown option "mod"; did you mean "mode"?'],
    ["redis://cache?endpoint=x", 'unknown option "endpoint"; did you mean "wait"?'],
    ["redis://cache?mode=both", 'mode must be read or write, not "both"'],
    ["redis://cache?unsigned=1", 'unsigned must be no or yes, not "1"'],
    ["redis://cache?namespace=a/b", 'namespace must be of letters, digits, ".", "_" and "-", not "a/b"'],
    ["s3://b?namespace=..", 'namespace must be of letters, digits, ".", "_" and "-", not ".."'],
    ["http://me:sec/ret@cache", 'must be a URL such as redis://host:6379 or s3://bucket/prefix, not "http://cache"'],
    ["redis://cache?from=main,*", 'from must be of letters, digits, ".", "_" and "-", not "*"'],
    ["redis://cache?wait=long", 'wait must be milliseconds, at most 60000, not "long"'],
    ["redis://cache?wait=-1", 'wait must be milliseconds, at most 60000, not "-1"'],
    ["s3:///prefix", 'must name a bucket, not "s3:///prefix"'],
    ["s3://b?endpoint=ftp://x", 'endpoint must be an http(s) URL, not "ftp://x"'],
  ];
  for (const [url, message] of wrong) {
    assert.throws(
      () => place(url),
      (error) => error instanceof ConfigError && error.message === `${at}: ${message}`,
      url,
    );
  }
});
