import { mkdirSync, writeFileSync } from "node:fs";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";

mkdirSync("photos", { recursive: true });
for (let n = 1; n <= 6; n++) {
  const width = 700;
  const height = 500;
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      data[at] = 128 + 127 * Math.sin(x / (20 + n) + y / 90);
      data[at + 1] = 128 + 127 * Math.sin(y / (30 + 2 * n));
      data[at + 2] = (x * n + y) & 255;
      data[at + 3] = 255;
    }
  }
  if (n % 2) writeFileSync(`photos/photo-${n}.jpg`, jpeg.encode({ data, width, height }, 85).data);
  else {
    const png = new PNG({ width, height });
    data.copy(png.data);
    writeFileSync(`photos/photo-${n}.png`, PNG.sync.write(png));
  }
}
