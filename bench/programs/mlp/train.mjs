import { Network } from "./network.mjs";

export function spirals(count) {
  const points = [];
  for (let i = 0; i < count; i++) {
    const t = (i / count) * 3 * Math.PI;
    const r = 0.1 + (0.9 * i) / count;
    points.push({ input: [r * Math.cos(t), r * Math.sin(t)], target: [1] });
    points.push({ input: [-r * Math.cos(t), -r * Math.sin(t)], target: [-1] });
  }
  return points;
}

export function train(points, epochs) {
  let seed = 3;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const network = new Network([2, 24, 24, 1], random);
  const curve = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (const { input, target } of points) network.learn(input, target, 0.03);
    if (epoch % 10 === 0) {
      const right = points.filter(({ input, target }) => network.predict(input)[0] * target[0] > 0).length;
      curve.push([epoch, right / points.length]);
    }
  }
  return { network, curve };
}

export function picture(network) {
  const lines = [];
  for (let y = 10; y >= -10; y--) {
    let line = "";
    for (let x = -20; x <= 20; x++) line += network.predict([x / 20, y / 10])[0] > 0 ? "o" : ".";
    lines.push(line);
  }
  return lines;
}
