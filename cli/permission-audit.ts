/** Preloaded by `dumbo run --permission-audit`: counts the uses of files, processes and so on that Node reports, and prints them at exit. */
import { subscribe } from "node:diagnostics_channel";
import { writeSync } from "node:fs";

const KINDS = ["fs", "child", "worker", "net", "inspector", "addon", "wasi", "ffi", "openssl-store"];
const MOST_SHOWN = 40;

const { DUMBO_CACHE = "" } = process.env;
delete process.env.DUMBO_CACHE;
const own = [__dirname, DUMBO_CACHE].filter((folder) => folder !== "");
const counts = new Map<string, number>();

for (const kind of KINDS) {
  subscribe(`node:permission-model:${kind}`, (message) => {
    const { permission, resource } = message as { permission: string; resource?: string };
    // Reads and writes of dumbo's own files are not the program's.
    if (own.some((folder) => `${resource}`.startsWith(folder))) return;
    const what = `${permission} ${resource ?? ""}`.trimEnd();
    counts.set(what, (counts.get(what) ?? 0) + 1);
  });
}

process.on("exit", () => {
  const rows = [...counts].sort(([a, many], [b, few]) => few - many || a.localeCompare(b));
  const lines = rows.slice(0, MOST_SHOWN).map(([what, count]) => `dumbo: ${count} x ${what}`);
  const more = rows.length - lines.length;
  if (more > 0) lines.push(`dumbo: and ${more} more`);
  if (lines.length > 0) writeSync(2, `${lines.join("\n")}\n`);
});
