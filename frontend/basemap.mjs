// Makes public/basemap/region.json from first-level divisions (Natural Earth, public domain).
//
//   node basemap.mjs admin1_region.geojson
//
// Own jurisdictions keep their divisions; others become one shape each. Lines come apart as inner
// lines, coasts, borders and lines whose status is not settled, so that the map can dash the last.
// The lines state no position on status. Names of the source are left out: the page brings its own.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const UNSETTLED = new Set(["RS XK"]);
const source = JSON.parse(readFileSync(process.argv[2], "utf8"));
const rings = (geometry) => (geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : geometry.coordinates);
const key = (point) => point.join(",");
const edges = new Map();

for (const { geometry, properties } of source.features) {
  for (const ring of rings(geometry)) {
    for (let at = 1; at < ring.length; at += 1) {
      const [a, b] = [ring[at - 1], ring[at]];
      if (key(a) === key(b)) continue;
      const name = [key(a), key(b)].sort().join(" ");
      const edge = edges.get(name) ?? { a, b, owners: [], own: false };
      edge.owners.push(properties.country);
      edge.own ||= properties.core;
      edges.set(name, edge);
    }
  }
}

// Edges of one kind, joined end to end into as few lines as possible.
function stitch(list) {
  const at = new Map();
  const put = (point, edge) => at.set(key(point), [...(at.get(key(point)) ?? []), edge]);
  for (const edge of list) { put(edge.a, edge); put(edge.b, edge); }
  const used = new Set();
  const lines = [];
  const walk = (line) => {
    for (;;) {
      const end = line[line.length - 1];
      const next = (at.get(key(end)) ?? []).find((edge) => !used.has(edge));
      if (!next) return line;
      used.add(next);
      line.push(key(next.a) === key(end) ? next.b : next.a);
    }
  };
  for (const edge of list) {
    if (used.has(edge)) continue;
    used.add(edge);
    const line = walk([edge.a, edge.b]);
    lines.push(walk(line.reverse()));
  }
  return lines;
}

const kinds = { inner: [], coast: [], border: [], unsettled: [] };
const outlines = new Map();
for (const edge of edges.values()) {
  const owners = [...new Set(edge.owners)].sort();
  if (owners.length === 2) kinds[UNSETTLED.has(owners.join(" ")) ? "unsettled" : "border"].push(edge);
  else if (edge.owners.length > 1) { if (edge.own) kinds.inner.push(edge); }
  else kinds[owners[0] === "XK" ? "unsettled" : "coast"].push(edge);
  for (const owner of owners) {
    if (edge.owners.filter((one) => one === owner).length === 1) outlines.set(owner, [...(outlines.get(owner) ?? []), edge]);
  }
}

const features = [];
const own = new Set(source.features.filter((one) => one.properties.core).map((one) => one.properties.country));
for (const [country, list] of [...outlines].sort()) {
  if (own.has(country)) continue;
  const shapes = stitch(list).filter((line) => line.length > 3).map((line) => [key(line[0]) === key(line.at(-1)) ? line : [...line, line[0]]]);
  features.push({ type: "Feature", properties: { kind: "other", country }, geometry: { type: "MultiPolygon", coordinates: shapes } });
}
for (const { geometry, properties } of source.features) {
  if (properties.core) features.push({ type: "Feature", properties: { kind: "area", country: properties.country }, geometry });
}
// Simplified neighbours do not meet everywhere; the crumbs between them are no coast.
const length = (line) => line.slice(1).reduce((sum, [x, y], at) => sum + Math.hypot(x - line[at][0], y - line[at][1]), 0);
for (const [kind, list] of Object.entries(kinds)) {
  const lines = stitch(list).filter((line) => kind !== "coast" || length(line) > 0.4 || key(line[0]) === key(line.at(-1)));
  features.push({ type: "Feature", properties: { kind }, geometry: { type: "MultiLineString", coordinates: lines } });
}

mkdirSync("public/basemap", { recursive: true });
writeFileSync("public/basemap/region.json", `${JSON.stringify({
  type: "FeatureCollection",
  attribution: "Natural Earth (public domain)",
  note: "Lines and names state no position on status.",
  features,
})}\n`);
