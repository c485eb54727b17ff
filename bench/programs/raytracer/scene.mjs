import { Vector } from "./vector.mjs";

export class Sphere {
  constructor(center, radius, color, mirror) {
    this.center = center;
    this.radius = radius;
    this.color = color;
    this.mirror = mirror;
  }

  hit(origin, direction) {
    const away = origin.sub(this.center);
    const b = away.dot(direction);
    const d = b * b - away.dot(away) + this.radius * this.radius;
    if (d < 0) return null;
    const t = -b - Math.sqrt(d);
    return t > 1e-4 ? t : null;
  }

  normal(point) {
    return point.sub(this.center).unit();
  }

  colorAt() {
    return this.color;
  }
}

export class Floor {
  constructor(height) {
    this.height = height;
    this.mirror = 0.15;
  }

  hit(origin, direction) {
    if (Math.abs(direction.y) < 1e-6) return null;
    const t = (this.height - origin.y) / direction.y;
    return t > 1e-4 ? t : null;
  }

  normal() {
    return new Vector(0, 1, 0);
  }

  colorAt(point) {
    const odd = (Math.floor(point.x) + Math.floor(point.z)) & 1;
    return odd ? new Vector(0.9, 0.9, 0.9) : new Vector(0.2, 0.2, 0.25);
  }
}

export function makeScene() {
  const spheres = [];
  for (let i = 0; i < 14; i++) {
    const angle = (i / 14) * Math.PI * 2;
    const color = new Vector(0.5 + 0.5 * Math.cos(angle), 0.5 + 0.5 * Math.sin(angle), 0.6);
    spheres.push(new Sphere(new Vector(3 * Math.cos(angle), 0.1 * i - 0.2, 6 + 3 * Math.sin(angle)), 0.7, color, 0.3));
  }
  return { objects: [...spheres, new Floor(-1)], light: new Vector(5, 8, -3) };
}
