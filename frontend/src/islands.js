// Chart and map are loaded only on pages that have one. The table beside them is the alternative.
const LOADERS = {
  chart: () => import("./islands/chart.js"),
  map: () => import("./islands/map.js"),
};

export function startIslands(root) {
  if (!(root instanceof Element || root instanceof Document)) return;
  for (const figure of root.querySelectorAll("[data-island]:not(.is-on)")) {
    figure.classList.add("is-on");
    LOADERS[figure.dataset.island]?.().then((island) => island.start(figure));
  }
}

export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function readJson(figure, name) {
  const id = figure.dataset[name];
  const node = id ? document.getElementById(id) : null;
  return node ? JSON.parse(node.textContent) : null;
}
