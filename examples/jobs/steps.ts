// The steps of the workflow: functions that compute, for seconds if need be. They know nothing of queues.

import { memo } from "dumbo";

export interface Portfolio {
  name: string;
  desk: string;
  positions: { asset: string; amount: number; drift: number; volatility: number }[];
}

/** Gains and losses after a year, as far as they can be told in a few numbers. */
export interface Outlook {
  name: string;
  mean: number;
  /** One year in a hundred is worse. */
  worst: number;
  /** A hundred years, from the worst to the best. */
  years: number[];
}

const DAYS = 250;

/** Draws so many years of a portfolio. */
export const simulate = memo(function simulate({ name, positions }: Portfolio, draws: number): Outlook {
  const normal = normalNumbers(name.length + positions.length);
  const gains: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    let gain = 0;
    for (const { amount, drift, volatility } of positions) {
      let value = amount;
      for (let day = 0; day < DAYS; day++) value *= 1 + drift / DAYS + (volatility / Math.sqrt(DAYS)) * normal();
      gain += value - amount;
    }
    gains.push(gain);
  }
  return outlookOf(name, gains);
});

/** Puts years of several portfolios together, each as often as any other. */
export const combine = memo(function combine(name: string, parts: Outlook[], draws: number): Outlook {
  const random = randomNumbers(name.length);
  const gains: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    let gain = 0;
    for (const { years } of parts) gain += years[Math.floor(random() * years.length)];
    gains.push(gain);
  }
  return outlookOf(name, gains);
});

/** What workers can be asked for. */
export const steps = { simulate, combine };

function outlookOf(name: string, gains: number[]): Outlook {
  gains.sort((a, b) => a - b);
  const at = (share: number) => Math.round(gains[Math.floor(share * gains.length)]);
  const mean = Math.round(gains.reduce((sum, gain) => sum + gain, 0) / gains.length);
  return { name, mean, worst: at(0.01), years: Array.from({ length: 100 }, (_, year) => at(year / 100)) };
}

/** Numbers from 0 to 1, the same for a seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

function normalNumbers(seed: number): () => number {
  const random = randomNumbers(seed);
  return () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}
