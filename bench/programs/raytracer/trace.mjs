import { Vector } from "./vector.mjs";

const SKY = new Vector(0.55, 0.7, 0.95);

function nearest(scene, origin, direction) {
  let best = null;
  let distance = Infinity;
  for (const object of scene.objects) {
    const t = object.hit(origin, direction);
    if (t !== null && t < distance) {
      distance = t;
      best = object;
    }
  }
  return best && { object: best, distance };
}

function shade(scene, origin, direction, depth) {
  const found = nearest(scene, origin, direction);
  if (!found) return SKY.scale(1 - 0.5 * Math.abs(direction.y));
  const point = origin.add(direction.scale(found.distance));
  const normal = found.object.normal(point);
  const toLight = scene.light.sub(point).unit();
  const shadow = nearest(scene, point, toLight) !== null;
  const light = shadow ? 0.15 : 0.15 + 0.85 * Math.max(0, normal.dot(toLight));
  let color = found.object.colorAt(point).scale(light);
  if (depth > 0 && found.object.mirror > 0) {
    const reflected = direction.sub(normal.scale(2 * direction.dot(normal)));
    color = color
      .scale(1 - found.object.mirror)
      .add(shade(scene, point, reflected, depth - 1).scale(found.object.mirror));
  }
  return color;
}

export function renderRow(scene, y, width, height) {
  const row = [];
  for (let x = 0; x < width; x++) {
    let color = new Vector(0, 0, 0);
    for (const [dx, dy] of [
      [0.25, 0.25],
      [0.75, 0.75],
    ]) {
      const direction = new Vector((x + dx - width / 2) / width, (height / 2 - y - dy) / width, 0.8).unit();
      color = color.add(shade(scene, new Vector(0, 0.6, -2), direction, 3));
    }
    for (const part of [color.x, color.y, color.z]) row.push(Math.min(255, Math.round(part * 127.5)));
  }
  return row;
}
