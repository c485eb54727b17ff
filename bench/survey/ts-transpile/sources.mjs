const NAMES = ["user", "order", "invoice", "cart", "price", "stock"];

/** The text of a TypeScript module. */
export function makeSource(number) {
  const lines = [`import { Base } from "./base${number % 5}.js";`];
  for (let i = 0; i < 25; i++) {
    const name = `${NAMES[i % NAMES.length]}${number}_${i}`;
    lines.push(`export interface I${name} { readonly id: number; name?: string; tags: Array<string> }`);
    lines.push(`export enum E${name} { One = ${i}, Two, Three }`);
    lines.push(`export class C${name}<T extends I${name}> extends Base implements Iterable<T> {
  private items: T[] = [];
  constructor(protected readonly limit: number = ${number * i}) { super(); }
  *[Symbol.iterator](): Iterator<T> { for (const item of this.items) yield item; }
  async find(id: number): Promise<T | undefined> { return this.items.find((one) => one?.id === id) ?? undefined; }
  total = (rate: number): number => this.items.reduce((sum, { id }) => sum + id ** 2 * rate, 0);
}`);
  }
  return lines.join("\n");
}
