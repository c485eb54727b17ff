import { slugify } from "./html.ts";

export interface Entry {
  slug: string;
  title: string;
  date: string;
  summary: string;
  tags: string[];
}

export interface Tag {
  name: string;
  slug: string;
  entries: Entry[];
}

/** All tags in alphabetical order, each with its pages, newest first. */
export function indexTags(entries: Entry[]): Tag[] {
  const tags = new Map<string, Tag>();
  for (const entry of entries) {
    for (const name of entry.tags) {
      const tag = tags.get(name) ?? { name, slug: slugify(name), entries: [] };
      tag.entries.push(entry);
      tags.set(name, tag);
    }
  }
  const sorted = [...tags.values()].sort((a, b) => compare(a.name, b.name));
  for (const tag of sorted) tag.entries.sort((a, b) => compare(b.date, a.date) || compare(a.slug, b.slug));
  return sorted;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
