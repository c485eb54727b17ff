export class Item {
  constructor(sku, price) {
    this.sku = sku;
    this.price = price;
    this.stock = 0;
    this.reserved = new Map();
    this.history = [];
  }

  get available() {
    let taken = 0;
    for (const count of this.reserved.values()) taken += count;
    return this.stock - taken;
  }
}

export class OutOfStock extends Error {
  constructor(sku, wanted, available) {
    super(`${sku}: ${wanted} wanted, ${available} available`);
    this.name = "OutOfStock";
    this.sku = sku;
  }
}

export class Warehouse {
  constructor() {
    this.items = new Map();
    this.clock = 0;
    this.revenue = 0;
    this.refused = 0;
    this.listeners = [];
  }

  on(listener) {
    this.listeners.push(listener);
  }

  emit(type, data) {
    const event = { type, at: this.clock, ...data };
    for (const listener of this.listeners) listener(event);
  }

  item(sku) {
    let item = this.items.get(sku);
    if (!item) {
      item = new Item(sku, 5 + ((sku.length * 7 + sku.charCodeAt(sku.length - 1)) % 40));
      this.items.set(sku, item);
    }
    return item;
  }

  receive(sku, count) {
    this.clock++;
    const item = this.item(sku);
    item.stock += count;
    item.history.push({ at: this.clock, change: count });
    this.emit("received", { sku, count });
  }

  reserve(order, sku, count) {
    this.clock++;
    const item = this.item(sku);
    if (item.available < count) throw new OutOfStock(sku, count, item.available);
    item.reserved.set(order, (item.reserved.get(order) ?? 0) + count);
    this.emit("reserved", { sku, count, order });
  }

  ship(order) {
    this.clock++;
    let total = 0;
    for (const item of this.items.values()) {
      const count = item.reserved.get(order);
      if (count === undefined) continue;
      item.reserved.delete(order);
      item.stock -= count;
      item.history.push({ at: this.clock, change: -count });
      total += count * item.price;
    }
    this.revenue += total;
    this.emit("shipped", { order, total });
    return total;
  }

  turnover() {
    return [...this.items.values()]
      .map((item) => {
        const out = item.history.filter(({ change }) => change < 0).reduce((sum, { change }) => sum - change, 0);
        return { sku: item.sku, out, stock: item.stock };
      })
      .sort((a, b) => b.out - a.out || a.sku.localeCompare(b.sku));
  }
}
