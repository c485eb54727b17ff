import { computed, makeAutoObservable, runInAction } from "mobx";

class Cart {
  lines = [];
  rate = 0.19;
  constructor() {
    makeAutoObservable(this);
  }
  get net() {
    return this.lines.reduce((sum, { price, count }) => sum + price * count, 0);
  }
  get gross() {
    return this.net * (1 + this.rate);
  }
  add(price, count) {
    this.lines.push({ price, count });
  }
}

export function simulate(steps) {
  const cart = new Cart();
  const big = computed(() => cart.lines.filter(({ price }) => price > 50).length);
  const seen = [];
  for (let i = 0; i < steps; i++) {
    cart.add((i * 7919) % 101, (i % 3) + 1);
    if (i % 10 === 0) runInAction(() => (cart.lines[i >> 1].count += 1));
    if (i % 25 === 0) seen.push(cart.gross.toFixed(2), big.get());
  }
  return seen;
}
