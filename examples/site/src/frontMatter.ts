import type { FrontMatter } from "./types.ts";

type Value = string | boolean | string[];

/** Splits a page into the fields between its `---` lines and its Markdown body. */
export function splitFrontMatter(source: string): { fields: FrontMatter; body: string } {
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  const end = lines.indexOf("---", 1);
  if (lines[0] !== "---" || end < 0) throw new Error("a page has to start with front matter");

  const raw = new Map<string, Value>();
  for (const line of lines.slice(1, end)) {
    const colon = line.indexOf(":");
    if (colon > 0 && !line.startsWith("#"))
      raw.set(line.slice(0, colon).trim(), parseValue(line.slice(colon + 1).trim()));
  }
  const fields = {
    title: readString(raw, "title"),
    section: readString(raw, "section"),
    date: readString(raw, "date"),
    author: readString(raw, "author"),
    tags: readList(raw, "tags"),
    draft: raw.get("draft") === true,
  };
  return { fields, body: lines.slice(end + 1).join("\n") };
}

function parseValue(text: string): Value {
  if (text === "true" || text === "false") return text === "true";
  if (text.startsWith("[") && text.endsWith("]")) {
    const items = text.slice(1, -1).split(",");
    return items.map((item) => unquote(item.trim())).filter((item) => item !== "");
  }
  return unquote(text);
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(text);
  return quoted?.[2] ?? text;
}

function readString(raw: Map<string, Value>, name: string): string {
  const value = raw.get(name);
  if (typeof value !== "string") throw new Error(`the front matter needs a "${name}"`);
  return value;
}

function readList(raw: Map<string, Value>, name: string): string[] {
  const value = raw.get(name);
  return Array.isArray(value) ? value : [];
}
