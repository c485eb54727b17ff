/** Which diagnostics channels a Node has: by the text of its own modules, and by what its binary carries. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { channels, permissionChannels } from "../../../audit/taps/channels.ts";

const SEARCH = `
  process.removeAllListeners("warning");
  process.on("warning", () => {});
  const found = new Set();
  for (const [name, text] of Object.entries(process.binding("natives"))) {
    if (!/diagnostics_channel/.test(text) || name === "diagnostics_channel") continue;
    for (const [, make, channel] of text.matchAll(/\\b(tracingChannel|channel)\\(\\s*["'\`]([^"'\`$]+)["'\`]/g)) {
      found.add(make === "channel" ? channel : "tracing:" + channel);
    }
  }
  require("node:fs").writeSync(1, JSON.stringify([...found]));`;

/** Names of all channels that a Node binary may publish on, sorted; of a TracingChannel its name without the part. */
export function declaredBy(node: string): string[] {
  const { stdout } = spawnSync(node, ["-e", SEARCH], { encoding: "utf8" });
  const inside = readFileSync(node, "latin1").match(/node:permission-model:[a-z-]+/g) ?? [];
  return [...new Set([...(JSON.parse(stdout) as string[]), ...inside])].sort();
}

/** Channels that are not subscribed to, and why not. */
const LEFT: readonly (readonly [name: RegExp, why: string])[] = [
  [/^http2?\.(client|server)\..*(error|finish|close|Sent|chunk)/i, "comes after another one of its request"],
  [/^undici:(request|client|websocket|proxy):/, "comes after another one of its request"],
  [/^locks\.request\.(end|grant|miss)$/, "comes after `locks.request.start`"],
  [/^quic\./, "comes after another one of its session"],
  [/^tracing:module\./, "loading of modules is not audited"],
  [/^tracing:node\.test$/, "a test that starts or ends"],
];

/** What is done with a channel: the kind of its event, or why there is none; undefined if nobody has decided. */
export function judged(name: string): string | undefined {
  const kind = channels[name] ?? permissionChannels[name] ?? partOf(name);
  return kind ?? LEFT.find(([pattern]) => pattern.test(name))?.[1];
}

/** A TracingChannel counts by the part that is subscribed to. */
function partOf(name: string): string | undefined {
  if (!name.startsWith("tracing:")) return undefined;
  return Object.entries(channels).find(([one]) => one.startsWith(`${name}:`))?.[1];
}
