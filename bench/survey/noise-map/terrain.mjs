import seedrandom from "seedrandom";
import { createNoise2D, createNoise3D } from "simplex-noise";

export function terrain(seed, size) {
  const noise = createNoise2D(seedrandom(seed));
  const heights = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let h = 0;
      for (let o = 1; o < 64; o *= 2) h += noise((x * o) / 100, (y * o) / 100) / o;
      heights[y * size + x] = h;
    }
  }
  return heights;
}

export function caves(seed, size) {
  const noise = createNoise3D(seedrandom(seed));
  let open = 0;
  for (let z = 0; z < size; z++)
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) if (noise(x / 9, y / 9, z / 9) > 0.2) open++;
  return open;
}
