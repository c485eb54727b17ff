import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { data, wouldPay } from "./data.ts";
import { FunctionPanel } from "./function-panel.tsx";
import { FunctionsTable } from "./functions-table.tsx";
import { Head } from "./head.tsx";
import { Misses } from "./misses.tsx";
import { Overview } from "./overview.tsx";
import { hrefTo, type Route, TABS, type Tab, useRoute } from "./route.ts";
import { Source } from "./source.tsx";
import { Store } from "./store.tsx";
import { TimelineTab } from "./timeline.tsx";
import { WouldPay } from "./would-pay.tsx";

const TITLES: Readonly<Record<Tab, string>> = {
  overview: "Where the time went",
  timeline: "Timeline",
  pays: "What would pay",
  functions: "Functions",
  misses: "Misses",
  source: "Source",
  store: "Store",
};
const COUNTS: Partial<Record<Tab, number>> = {
  pays: wouldPay.length,
  functions: data.functions.length,
  misses: data.misses.reduce((sum, { count }) => sum + count, 0),
};

const NEAREST: ScrollIntoViewOptions = { block: "nearest", inline: "nearest" };

export function App() {
  const route = useRoute();
  const nav = useRef<HTMLElement>(null);
  // In a narrow window, the row of tabs is wider than the window.
  useEffect(() => nav.current?.querySelector("[aria-current]")?.scrollIntoView(NEAREST), [route.tab]);
  return (
    <>
      <Head />
      <nav ref={nav} aria-label="Parts of the report">
        <ul>
          {TABS.map((tab) => (
            <li key={tab}>
              <a
                href={hrefTo({ tab, open: null }, route)}
                {...(tab === route.tab && { "aria-current": "page" as const })}
              >
                {TITLES[tab]} {COUNTS[tab] !== undefined && <span class="count">{COUNTS[tab]}</span>}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main>{shown(route)}</main>
      {route.open !== null && <FunctionPanel id={route.open} />}
      <footer class="soft">
        Written by dumbo {data.dumbo} on {new Date(data.made).toLocaleString()}, from {data.directory}
      </footer>
    </>
  );
}

function shown(route: Route): ComponentChildren {
  switch (route.tab) {
    case "overview":
      return <Overview />;
    case "timeline":
      return <TimelineTab from={route.from} to={route.to} />;
    case "pays":
      return <WouldPay />;
    case "functions":
      return <FunctionsTable filter={route.filter} />;
    case "misses":
      return <Misses />;
    case "source":
      return <Source file={route.file} line={route.line} />;
    case "store":
      return <Store />;
  }
}
