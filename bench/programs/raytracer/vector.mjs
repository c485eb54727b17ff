export class Vector {
  constructor(x, y, z) {
    this.x = x;
    this.y = y;
    this.z = z;
  }
  add(o) {
    return new Vector(this.x + o.x, this.y + o.y, this.z + o.z);
  }
  sub(o) {
    return new Vector(this.x - o.x, this.y - o.y, this.z - o.z);
  }
  scale(k) {
    return new Vector(this.x * k, this.y * k, this.z * k);
  }
  dot(o) {
    return this.x * o.x + this.y * o.y + this.z * o.z;
  }
  length() {
    return Math.sqrt(this.dot(this));
  }
  unit() {
    return this.scale(1 / this.length());
  }
}
