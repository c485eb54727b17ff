import pixelmatch from "pixelmatch";

export function paint(width, height, n) {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = (y * width + x) * 4;
      data[i] = (x * n + y) & 255;
      data[i + 1] = (x ^ y) & 255;
      data[i + 2] = (x * y * n) & 255;
      data[i + 3] = 255;
    }
  }
  return data;
}

export function difference(a, b, width, height) {
  const output = new Uint8Array(width * height * 4);
  const count = pixelmatch(a, b, output, width, height, { threshold: 0.1 });
  return { count, output };
}
