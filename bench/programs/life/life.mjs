export class Life {
  #cells;

  constructor(width, height, seed) {
    this.width = width;
    this.height = height;
    this.generation = 0;
    this.#cells = [];
    let state = seed;
    for (let i = 0; i < width * height; i++) {
      state = (state * 69069 + 1) % 4294967296;
      this.#cells.push(state / 4294967296 < 0.3);
    }
  }

  alive(x, y) {
    return this.#cells[((y + this.height) % this.height) * this.width + ((x + this.width) % this.width)];
  }

  neighbours(x, y) {
    let count = 0;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        if ((dx !== 0 || dy !== 0) && this.alive(x + dx, y + dy)) count++;
      }
    }
    return count;
  }

  step() {
    const next = [];
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        const count = this.neighbours(x, y);
        next.push(count === 3 || (count === 2 && this.alive(x, y)));
      }
    }
    this.#cells = next;
    this.generation++;
  }

  get population() {
    return this.#cells.filter(Boolean).length;
  }

  draw(width, height) {
    const lines = [];
    for (let y = 0; y < height; y++) {
      let line = "";
      for (let x = 0; x < width; x++) line += this.alive(x, y) ? "#" : ".";
      lines.push(line);
    }
    return lines.join("\n");
  }
}
