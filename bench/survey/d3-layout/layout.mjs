import { forceCenter, forceCollide, forceLink, forceManyBody, forceSimulation } from "d3-force";
import { geoGraticule10, geoNaturalEarth1, geoPath } from "d3-geo";
import { hierarchy, treemap } from "d3-hierarchy";

export function network(count, ticks) {
  const nodes = Array.from({ length: count }, (_, i) => ({ id: i }));
  const links = Array.from({ length: count - 1 }, (_, i) => ({ source: i + 1, target: (i * 7) % (i + 1) }));
  const simulation = forceSimulation(nodes)
    .force("link", forceLink(links).distance(20))
    .force("charge", forceManyBody().strength(-30))
    .force("collide", forceCollide(4))
    .force("center", forceCenter(0, 0))
    .stop();
  simulation.tick(ticks);
  return nodes.map(({ x, y }) => `${x.toFixed(3)},${y.toFixed(3)}`).join(" ");
}

export function map(angle) {
  const projection = geoNaturalEarth1()
    .rotate([angle, angle / 2])
    .scale(180);
  return geoPath(projection)(geoGraticule10());
}

export function tiles(depth) {
  const make = (d, i) =>
    d === 0 ? { value: (i * 13) % 29 } : { children: Array.from({ length: 6 }, (_, k) => make(d - 1, i * 6 + k)) };
  const root = treemap().size([900, 600]).padding(1)(hierarchy(make(depth, 1)).sum((d) => d.value ?? 0));
  return root.leaves().map(({ x0, y1 }) => Math.round(x0 + y1));
}
