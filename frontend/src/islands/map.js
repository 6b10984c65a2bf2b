// A map of the region, from files of our own only.
//
// <figure class="island" data-island="map" data-base="address of the base map"
//         data-names="id of a json_script block {XK: {name, lon, lat}}"
//         data-points="id of a json_script block, GeoJSON" or data-source="address of GeoJSON"
//         data-zoom-in="Nearer" data-zoom-out="Farther" data-whole="Whole region">
// Properties of a point: title, href, text, kind (fact, lead, hot), count.
import { LngLatBounds, Map, Marker, Popup, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { readJson, token } from "../islands.js";

setWorkerUrl(new URL(workerUrl, import.meta.url).href);

const WHOLE = [[13.0, 39.3], [30.4, 48.7]];

function style(base) {
  const kind = (value) => ["==", ["get", "kind"], value];
  const line = (id, value, width, dash) => ({
    id, type: "line", source: "base", filter: kind(value),
    paint: { "line-color": token(value === "inner" ? "--line" : "--line-strong"), "line-width": width, ...(dash ? { "line-dasharray": dash } : {}) },
  });
  return {
    version: 8,
    sources: { base: { type: "geojson", data: base } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": token("--page") } },
      { id: "others", type: "fill", source: "base", filter: kind("other"), paint: { "fill-color": token("--sunken"), "fill-antialias": false } },
      { id: "own", type: "fill", source: "base", filter: kind("area"), paint: { "fill-color": token("--surface") } },
      line("inner", "inner", 0.6),
      line("coast", "coast", 0.8),
      line("border", "border", 1.3),
      line("unsettled", "unsettled", 1.5, [3, 2]),
    ],
  };
}

function addPoints(map, data) {
  map.addSource("points", { type: "geojson", data });
  const is = (value) => ["==", ["get", "kind"], value];
  map.addLayer({ id: "hot", type: "fill", source: "points", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": token("--warn-soft"), "fill-outline-color": token("--warn"), "fill-opacity": 0.7 } });
  map.addLayer({ id: "routes", type: "line", source: "points", filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": token("--bad"), "line-width": 2 } });
  map.addLayer({
    id: "points", type: "circle", source: "points", filter: ["==", ["geometry-type"], "Point"],
    paint: {
      "circle-color": ["case", is("lead"), token("--lead-soft"), token("--bad")],
      "circle-stroke-color": ["case", is("lead"), token("--lead"), token("--surface")],
      "circle-stroke-width": 1.5,
      "circle-radius": ["interpolate", ["linear"], ["sqrt", ["coalesce", ["get", "count"], 1]], 1, 6, 10, 22],
    },
  });
}

function say(map, event) {
  const { title, href, text } = event.features[0].properties;
  const body = document.createElement("div");
  const head = document.createElement(href ? "a" : "b");
  head.textContent = title;
  if (href) head.href = href;
  body.append(head);
  if (text) body.append(document.createElement("br"), text);
  new Popup({ closeButton: false }).setLngLat(event.lngLat).setDOMContent(body).addTo(map);
}

function bounds(data) {
  const box = new LngLatBounds();
  const walk = (part) => (typeof part[0] === "number" ? box.extend(part) : part.forEach(walk));
  for (const one of data.features) if (one.geometry) walk(one.geometry.coordinates);
  return box.isEmpty() ? null : box;
}

function tools(figure, map) {
  const bar = document.createElement("div");
  bar.className = "map-tools";
  const button = (sign, words, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn sm";
    made.textContent = sign;
    made.setAttribute("aria-label", words);
    made.addEventListener("click", act);
    bar.append(made);
  };
  const still = { animate: false };
  button("+", figure.dataset.zoomIn, () => map.zoomIn(still));
  button("−", figure.dataset.zoomOut, () => map.zoomOut(still));
  button("⤢", figure.dataset.whole, () => map.fitBounds(WHOLE, still));
  figure.append(bar);
}

export async function start(figure) {
  const box = figure.querySelector(".island-box");
  const [base, data] = await Promise.all([
    fetch(figure.dataset.base).then((answer) => answer.json()),
    figure.dataset.source ? fetch(figure.dataset.source, { credentials: "same-origin" }).then((answer) => answer.json()) : readJson(figure, "points"),
  ]);
  const map = new Map({ container: box, style: style(base), bounds: WHOLE, attributionControl: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 0, maxZoom: 12, minZoom: 3 });
  map.touchZoomRotate.disableRotation();
  map.getCanvas().setAttribute("aria-label", figure.dataset.label ?? "");
  for (const one of Object.values(readJson(figure, "names") ?? {})) {
    const label = document.createElement("span");
    label.className = "map-name";
    label.textContent = one.name;
    new Marker({ element: label }).setLngLat([one.lon, one.lat]).addTo(map);
    label.removeAttribute("aria-label");
    label.removeAttribute("role");
    label.removeAttribute("tabindex");
    label.setAttribute("aria-hidden", "true");
  }
  tools(figure, map);
  map.on("load", () => {
    if (!data) return;
    addPoints(map, data);
    const box = bounds(data);
    if (box) map.fitBounds(box, { padding: 48, maxZoom: 8, animate: false });
    map.on("click", "points", (event) => say(map, event));
    figure.dataset.ready = "yes";
  });
  map.once("idle", () => { figure.dataset.ready = "yes"; });
}
