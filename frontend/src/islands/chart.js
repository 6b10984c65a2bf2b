// Columns, lines and stacks from a JSON block, in our tokens.
//
// <figure class="island" data-island="chart" data-spec="id of a json_script block">
//   <div class="island-box"></div><figcaption>…</figcaption></figure>
// spec = {name, unit, categories: [...], stacked, horizontal,
//         series: [{name, values, role: observed|alarm|expected|limit|provisional|plain}]}
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { readJson, token } from "../islands.js";

echarts.use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const HATCH = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4 };

function series(one, spec) {
  const line = one.role === "expected" || one.role === "limit" || spec.kind === "lines";
  const colours = { observed: "--ink-2", alarm: "--bad", expected: "--c1", limit: "--bad", provisional: "--ink-2" };
  const made = {
    name: one.name,
    type: line ? "line" : "bar",
    data: one.values,
    symbol: "none",
    animation: false,
    barMaxWidth: 36,
  };
  if (one.role === "expected") made.step = "middle";
  if (spec.stacked && !line) made.stack = "all";
  if (colours[one.role]) {
    made.itemStyle = { color: token(colours[one.role]) };
    made.lineStyle = { color: token(colours[one.role]), width: 2, type: one.role === "limit" ? "dashed" : "solid" };
  }
  if (one.role === "provisional") made.itemStyle = { ...made.itemStyle, decal: { ...HATCH, color: token("--surface") } };
  return made;
}

function options(spec) {
  const text = { color: token("--ink-2"), fontFamily: token("--sans"), fontSize: 13 };
  const category = { type: "category", data: spec.categories, axisLabel: { ...text, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--line-strong") } }, inverse: Boolean(spec.horizontal) };
  const value = { type: "value", min: 0, minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: token("--grid") } } };
  return {
    animation: false,
    aria: { enabled: true, label: { description: spec.sentence ?? spec.name }, decal: { show: spec.series.filter((one) => !["expected", "limit"].includes(one.role)).length > 1 } },
    color: ["--c1", "--c2", "--c3", "--c4"].map(token),
    textStyle: text,
    grid: { left: 8, right: 16, top: spec.series.length > 1 ? 40 : 28, bottom: 8, containLabel: true },
    legend: { show: spec.series.length > 1, top: 0, left: 0, textStyle: text, icon: "rect", itemWidth: 14, itemHeight: 10 },
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: token("--surface"), borderColor: token("--line-strong"), textStyle: { ...text, color: token("--ink") } },
    xAxis: spec.horizontal ? value : category,
    yAxis: spec.horizontal ? category : value,
    series: spec.series.map((one) => series(one, spec)),
  };
}

export function start(figure) {
  const spec = readJson(figure, "spec");
  const box = figure.querySelector(".island-box");
  if (!spec || !box) return;
  const chart = echarts.init(box, null, { renderer: "svg" });
  chart.setOption(options(spec));
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", spec.sentence ?? spec.name);
  new ResizeObserver(() => chart.resize()).observe(box);
}
