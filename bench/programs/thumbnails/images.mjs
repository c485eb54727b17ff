import jpeg from "jpeg-js";
import { PNG } from "pngjs";

export function decode(name, bytes) {
  const { width, height, data } = name.endsWith(".png") ? PNG.sync.read(bytes) : jpeg.decode(bytes);
  return { width, height, data };
}

export function resize({ width, height, data }, newWidth) {
  const newHeight = Math.round((height * newWidth) / width);
  const result = Buffer.alloc(newWidth * newHeight * 4);
  for (let y = 0; y < newHeight; y++) {
    for (let x = 0; x < newWidth; x++) {
      const sums = [0, 0, 0, 0];
      let count = 0;
      for (let sy = Math.floor((y * height) / newHeight); sy < ((y + 1) * height) / newHeight; sy++) {
        for (let sx = Math.floor((x * width) / newWidth); sx < ((x + 1) * width) / newWidth; sx++) {
          for (let c = 0; c < 4; c++) sums[c] += data[(sy * width + sx) * 4 + c];
          count++;
        }
      }
      for (let c = 0; c < 4; c++) result[(y * newWidth + x) * 4 + c] = sums[c] / count;
    }
  }
  return { width: newWidth, height: newHeight, data: result };
}

export function sharpen({ width, height, data }) {
  const result = Buffer.from(data);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (y * width + x) * 4 + c;
        const around = data[at - 4] + data[at + 4] + data[at - width * 4] + data[at + width * 4];
        result[at] = Math.max(0, Math.min(255, data[at] * 2 - around / 4));
      }
    }
  }
  return { width, height, data: result };
}

export const encode = (image) => jpeg.encode(image, 80).data;

export function thumbnails(name, bytes) {
  const image = decode(name, bytes);
  return [400, 200, 100].map((width) => ({ width, bytes: encode(sharpen(resize(image, width))) }));
}
