// A program in TypeScript of some forty modules, as a company's back office has them: one folder for each part of the
// business, each with its types, rules, repository and report, and a few shared modules.
import { mkdirSync, writeFileSync } from "node:fs";

const parts = ["orders", "invoices", "payments", "shipments", "returns", "contracts", "salaries", "expenses"];
const write = (path, text) => writeFileSync(`src/${path}`, text.trimStart());
const capital = (name) => name[0].toUpperCase() + name.slice(1, -1);

mkdirSync("src/shared", { recursive: true });
write(
  "shared/random.ts",
  `
export class Random {
  private state: number;
  constructor(seed: number) {
    this.state = seed;
  }
  next(): number {
    this.state = (this.state * 48271) % 2147483647;
    return this.state / 2147483647;
  }
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }
}
`,
);
write(
  "shared/money.ts",
  `
export interface Money {
  readonly cents: number;
  readonly currency: "EUR" | "USD";
}
const RATES = { EUR: 1, USD: 0.92 } as const;
export const euros = ({ cents, currency }: Money): number => (cents * RATES[currency]) / 100;
export function format(amount: number): string {
  const [whole = "0", part = "00"] = amount.toFixed(2).split(".");
  return \`\${whole.replace(/\\B(?=(\\d{3})+$)/g, ",")}.\${part}\`;
}
`,
);
write(
  "shared/dates.ts",
  `
export type Quarter = \`\${number}-Q\${1 | 2 | 3 | 4}\`;
export function quarterOf(date: Date): Quarter {
  return \`\${date.getUTCFullYear()}-Q\${(Math.floor(date.getUTCMonth() / 3) + 1) as 1 | 2 | 3 | 4}\`;
}
export function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000);
}
export function workingDays(from: Date, to: Date): number {
  let count = 0;
  for (let day = from; day < to; day = addDays(day, 1)) if (day.getUTCDay() % 6 !== 0) count++;
  return count;
}
`,
);
write(
  "shared/group.ts",
  `
export function groupBy<T, K>(list: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
`,
);
write(
  "shared/report.ts",
  `
import { format } from "./money.ts";
export interface Line {
  readonly label: string;
  readonly count: number;
  readonly amount: number;
}
export function renderReport(title: string, lines: readonly Line[]): string {
  const width = Math.max(...lines.map(({ label }) => label.length));
  const rows = lines.map(({ label, count, amount }) => \`  \${label.padEnd(width)} \${String(count).padStart(6)} \${format(amount).padStart(16)}\`);
  return [title, ...rows].join("\\n");
}
`,
);
write(
  "shared/index.ts",
  `
export { addDays, type Quarter, quarterOf, workingDays } from "./dates.ts";
export { groupBy, total } from "./group.ts";
export { euros, format, type Money } from "./money.ts";
export { Random } from "./random.ts";
export { type Line, renderReport } from "./report.ts";
`,
);
for (const [index, part] of parts.entries()) {
  const Type = capital(part);
  mkdirSync(`src/${part}`, { recursive: true });
  write(
    `${part}/types.ts`,
    `
import type { Money } from "../shared/index.ts";
export type ${Type}State = "draft" | "open" | "done" | "cancelled";
export interface ${Type} {
  readonly id: string;
  readonly date: Date;
  readonly due: Date;
  readonly state: ${Type}State;
  readonly partner: string;
  readonly lines: readonly { readonly text: string; readonly price: Money; readonly count: number }[];
}
`,
  );
  write(
    `${part}/repository.ts`,
    `
import { addDays, Random } from "../shared/index.ts";
import type { ${Type}, ${Type}State } from "./types.ts";
const STATES: readonly ${Type}State[] = ["draft", "open", "done", "done", "done", "cancelled"];
export class ${Type}Repository {
  private readonly records = new Map<string, ${Type}>();
  static generate(count: number): ${Type}Repository {
    const repository = new ${Type}Repository();
    const random = new Random(${1000 + index * 37});
    for (let number = 1; number <= count; number++) {
      const date = addDays(new Date(Date.UTC(2022, 0, 1)), Math.floor(random.next() * 700));
      repository.add({
        id: \`${part}-\${number}\`,
        date,
        due: addDays(date, ${10 + index * 3} + Math.floor(random.next() * 30)),
        state: random.pick(STATES),
        partner: \`partner \${Math.floor(random.next() * 80)}\`,
        lines: Array.from({ length: 1 + Math.floor(random.next() * 5) }, (_, line) => ({
          text: \`position \${line}\`,
          price: { cents: Math.floor(random.next() * 90_000), currency: random.pick(["EUR", "USD"] as const) },
          count: 1 + Math.floor(random.next() * 9),
        })),
      });
    }
    return repository;
  }
  add(record: ${Type}): void {
    if (this.records.has(record.id)) throw new Error(\`\${record.id} is there already\`);
    this.records.set(record.id, record);
  }
  all(): ${Type}[] {
    return [...this.records.values()];
  }
}
`,
  );
  write(
    `${part}/rules.ts`,
    `
import { euros, total, workingDays } from "../shared/index.ts";
import type { ${Type} } from "./types.ts";
export function amountOf({ lines }: ${Type}): number {
  return total(lines.map(({ price, count }) => euros(price) * count));
}
/** What is late costs ${index % 3 === 0 ? "a fee" : "interest"} for each working day. */
export function lateCharge(record: ${Type}, today: Date): number {
  if (record.state !== "open" || record.due >= today) return 0;
  const days = workingDays(record.due, today);
  return ${index % 3 === 0 ? `Math.min(200, days * ${index + 1}.5)` : `amountOf(record) * 0.000${index + 1} * days`};
}
export function isOdd(record: ${Type}): boolean {
  return record.lines.length > 4 || amountOf(record) > ${9000 + index * 500};
}
`,
  );
  write(
    `${part}/report.ts`,
    `
import { groupBy, type Line, quarterOf, total } from "../shared/index.ts";
import { amountOf, isOdd, lateCharge } from "./rules.ts";
import type { ${Type} } from "./types.ts";
export function quarterly(records: readonly ${Type}[]): Line[] {
  return [...groupBy(records, ({ date }) => quarterOf(date))]
    .map(([label, group]) => ({ label, count: group.length, amount: total(group.map(amountOf)) }))
    .sort((a, b) => a.label.localeCompare(b.label));
}
export function charges(records: readonly ${Type}[], today: Date): Line[] {
  return [...groupBy(records, ({ partner }) => partner)]
    .map(([label, group]) => {
      const late = group.map((record) => lateCharge(record, today)).filter((charge) => charge > 0);
      return { label, count: late.length, amount: total(late) };
    })
    .sort((a, b) => b.amount - a.amount || a.label.localeCompare(b.label))
    .slice(0, 3);
}
export function odd(records: readonly ${Type}[]): string[] {
  return records.filter(isOdd).map(({ id }) => id).slice(0, 4);
}
`,
  );
}
const imports = parts.map(
  (part) =>
    `import * as ${part} from "./${part}/report.ts";\nimport { ${capital(part)}Repository } from "./${part}/repository.ts";`,
);
write(
  "company.ts",
  `
${imports.join("\n")}
import { type Line, renderReport } from "./shared/index.ts";
const TODAY = new Date(Date.UTC(2024, 2, 1));
export interface PartReport {
  readonly quarters: Line[];
  readonly late: Line[];
  readonly odd: string[];
}
${parts
  .map(
    (part) => `
function ${part}Report(count: number): PartReport {
  const records = ${capital(part)}Repository.generate(count).all();
  return { quarters: ${part}.quarterly(records), late: ${part}.charges(records, TODAY), odd: ${part}.odd(records) };
}`,
  )
  .join("\n")}
export function companyReport(count: number): Record<string, PartReport> {
  return {
${parts.map((part) => `    ${part}: ${part}Report(count),`).join("\n")}
  };
}
export function show(reports: Record<string, PartReport>): string {
  return Object.entries(reports)
    .map(([name, { quarters, late, odd }]) => [renderReport(name, quarters), renderReport("late:", late), \`odd: \${odd.join(", ")}\`].join("\\n"))
    .join("\\n\\n");
}
`,
);
