import { plural, time } from "../../../src/report/words.ts";
import { MODE_WORDS, silenceText } from "../../run-mode.ts";
import type { ReportRun } from "../report-data.ts";
import { data } from "./data.ts";

export function Head() {
  const last = data.runs.at(-1);
  return (
    <header class="top">
      <h1>{data.program}</h1>
      {last && (
        <>
          <p class="soft">
            Node {last.node.replace(/^v/, "")}, {MODE_WORDS[last.mode]}, {new Date(last.began).toLocaleString()}
          </p>
          {data.silence && <p class="notice">{silenceText(data.silence)}</p>}
          <Figures run={last} />
        </>
      )}
    </header>
  );
}

function Figures({ run: { ran, saved, spent, hits, misses, asked } }: { run: ReportRun }) {
  const net = saved - spent;
  return (
    <div class="cards">
      <Figure label="ran" value={time(ran)} hint="how long the program ran" />
      <Figure label="saved" value={time(saved)} hint="what the calls that hit took when they were recorded" />
      <Figure label="spent" value={time(spent)} hint="what dumbo took for keys, look-ups and records" />
      <Figure label="net" value={net < 0 ? `-${time(-net)}` : time(net)} hint="saved less spent" />
      <Figure label={`hits of ${plural(asked, "call")}`} value={String(hits)} hint={`${misses} misses`} />
      <div class="card wide">
        <Sparkline />
        <div class="soft">
          {data.runs.length === 1 ? "the only run" : `${data.runs.length} runs`}
          <span class="less">: took, and saved</span>
        </div>
      </div>
    </div>
  );
}

const HEIGHT = 44;
const STEP = 14;

/** A bar for each run: the time that it took, and on top of that the time that it saved, less what dumbo spent. */
function Sparkline() {
  const { runs } = data;
  const net = ({ saved, spent }: ReportRun) => Math.max(0, saved - spent);
  const most = Math.max(...runs.map((run) => run.ran + net(run)), 1);
  const scale = (ms: number) => (ms / most) * (HEIGHT - 2);
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${Math.max(20, runs.length) * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
    >
      <title>How long the last runs took, and what they saved</title>
      {runs.map((run, index) => {
        const [ran, saved] = [scale(run.ran), scale(net(run))];
        const box = { x: index * STEP, width: STEP - 3 };
        return (
          <g key={run.began}>
            <title>
              {`${new Date(run.began).toLocaleString()}: ran ${time(run.ran)}, saved ${time(run.saved)}, spent ${time(run.spent)}`}
            </title>
            <rect {...box} class="fill-computed" y={HEIGHT - ran} height={ran} />
            <rect {...box} class="fill-answered" y={HEIGHT - ran - saved} height={saved} />
          </g>
        );
      })}
    </svg>
  );
}

function Figure({ label, value, hint }: { label: string; value: string; hint: string }) {
  return (
    <div class="card" title={hint}>
      <div class="figure">{value}</div>
      <div class="soft">{label}</div>
    </div>
  );
}
