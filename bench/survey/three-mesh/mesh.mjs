import * as THREE from "three";

export function knot(p, q) {
  const geometry = new THREE.TorusKnotGeometry(10, 3, 300, 24, p, q);
  const matrix = new THREE.Matrix4()
    .makeRotationFromEuler(new THREE.Euler(p, q, 1))
    .scale(new THREE.Vector3(1, 2, 0.5));
  geometry.applyMatrix4(matrix);
  geometry.computeVertexNormals();
  geometry.computeBoundingSphere();
  const position = geometry.getAttribute("position");
  const v = new THREE.Vector3();
  let sum = 0;
  for (let i = 0; i < position.count; i++) sum += v.fromBufferAttribute(position, i).length();
  return { radius: geometry.boundingSphere.radius, mean: sum / position.count };
}

export function hits(count) {
  const mesh = new THREE.Mesh(new THREE.IcosahedronGeometry(5, 12), new THREE.MeshBasicMaterial());
  mesh.updateMatrixWorld();
  const caster = new THREE.Raycaster();
  let found = 0;
  for (let i = 0; i < count; i++) {
    caster.set(
      new THREE.Vector3(Math.sin(i) * 20, Math.cos(i * 2) * 20, 15),
      new THREE.Vector3(-Math.sin(i), -Math.cos(i * 2), -0.75).normalize(),
    );
    found += caster.intersectObject(mesh).length;
  }
  return found;
}
