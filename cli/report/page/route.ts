/** Keeps in the page's address what it shows, so that links lead there, and the browser's back button works. */
import { useEffect, useState } from "preact/hooks";

export const TABS = ["overview", "timeline", "pays", "functions", "misses", "source", "store"] as const;
export type Tab = (typeof TABS)[number];

export interface Route {
  readonly tab: Tab;
  /** The text by which functions are filtered. */
  readonly filter: string;
  /** The function that is open. */
  readonly open: number | null;
  readonly file: string | null;
  readonly line: number | null;
  /** The part of the timeline that is shown, in microseconds of the run; null from its beginning, and to its end. */
  readonly from: number | null;
  readonly to: number | null;
}

function parsed(hash: string): Route {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const number = (name: string) => (parts.has(name) ? Number(parts.get(name)) : null);
  return {
    tab: TABS.find((tab) => tab === parts.get("tab")) ?? "overview",
    filter: parts.get("filter") ?? "",
    open: number("open"),
    file: parts.get("file"),
    line: number("line"),
    from: number("from"),
    to: number("to"),
  };
}

/** A link to the page with a change to what it shows. */
export function hrefTo(change: Partial<Route>, from: Route = parsed(location.hash)): string {
  const { tab, filter, open, file, line, from: begin, to } = { ...from, ...change };
  const parts = new URLSearchParams({ tab });
  if (filter !== "") parts.set("filter", filter);
  if (open !== null) parts.set("open", String(open));
  if (tab === "source" && file !== null) parts.set("file", file);
  if (tab === "source" && line !== null) parts.set("line", String(line));
  if (tab === "timeline" && begin !== null) parts.set("from", String(begin));
  if (tab === "timeline" && to !== null) parts.set("to", String(to));
  return `#${parts}`;
}

export function go(change: Partial<Route>): void {
  location.hash = hrefTo(change);
}

/** Changes what the page shows without a new step in the browser's history: for each letter of a filter. */
export function replace(change: Partial<Route>): void {
  history.replaceState(null, "", hrefTo(change));
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parsed(location.hash));
  useEffect(() => {
    const update = () => setRoute(parsed(location.hash));
    addEventListener("hashchange", update);
    return () => removeEventListener("hashchange", update);
  }, []);
  return route;
}
