import * as turf from "@turf/turf";

export function zones(n) {
  const points = turf.featureCollection(
    Array.from({ length: 40 }, (_, i) => turf.point([(i * 37 * n) % 60, ((i * 53 + n) % 40) - 20])),
  );
  const hull = turf.convex(points);
  const buffered = turf.buffer(hull, 50, { units: "kilometers" });
  const grid = turf.hexGrid(turf.bbox(buffered), 300, { units: "kilometers" });
  const inside = grid.features.filter((cell) => turf.booleanPointInPolygon(turf.centroid(cell), buffered));
  const cut = inside.map((cell) => turf.intersect(turf.featureCollection([cell, buffered]))).filter(Boolean);
  return { area: turf.area(buffered), cells: inside.length, cut: cut.reduce((sum, one) => sum + turf.area(one), 0) };
}
