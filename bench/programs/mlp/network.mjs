export class Network {
  constructor(sizes, random) {
    this.layers = sizes.slice(1).map((size, index) => ({
      weights: Array.from({ length: size }, () =>
        Array.from({ length: sizes[index] }, () => (random() - 0.5) * (2 / Math.sqrt(sizes[index]))),
      ),
      biases: new Array(size).fill(0),
    }));
  }

  forward(input) {
    const activations = [input];
    for (const { weights, biases } of this.layers) {
      const previous = activations.at(-1);
      activations.push(
        weights.map((row, i) => Math.tanh(row.reduce((sum, weight, j) => sum + weight * previous[j], biases[i]))),
      );
    }
    return activations;
  }

  predict(input) {
    return this.forward(input).at(-1);
  }

  learn(input, target, rate) {
    const activations = this.forward(input);
    let errors = activations.at(-1).map((value, i) => (value - target[i]) * (1 - value * value));
    for (let l = this.layers.length - 1; l >= 0; l--) {
      const { weights, biases } = this.layers[l];
      const previous = activations[l];
      const back = previous.map(
        (value, j) => errors.reduce((sum, error, i) => sum + error * weights[i][j], 0) * (1 - value * value),
      );
      errors.forEach((error, i) => {
        biases[i] -= rate * error;
        for (let j = 0; j < previous.length; j++) weights[i][j] -= rate * error * previous[j];
      });
      errors = back;
    }
  }
}
