// The script of every page. All of it is enhancement: each page works without it.
import htmx from "htmx.org/dist/htmx.esm.js";
import { Checkboxes, ErrorSummary, Radios, createAll } from "govuk-frontend";
import { watchConfirm } from "./confirm.js";
import { watchDialogs } from "./dialogs.js";
import { watchDrafts } from "./drafts.js";
import { watchFilters } from "./filters.js";
import { watchJudging } from "./judging.js";
import { watchKeys } from "./keyboard.js";
import { watchMenus } from "./menus.js";
import { watchPalette } from "./palette.js";
import { watchRepeats } from "./repeats.js";
import { startIslands } from "./islands.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // nothing of a case is left in the browser's storage
document.body.addEventListener("htmx:configRequest", (event) => {
  const token = document.body.dataset.csrf;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

createAll(ErrorSummary);
createAll(Radios);
createAll(Checkboxes);

watchMenus();
watchDialogs();
watchConfirm();
watchKeys();
watchJudging();
watchPalette();
watchFilters();
watchDrafts();
watchRepeats(htmx);
startIslands(document);
document.body.addEventListener("htmx:afterSwap", (event) => startIslands(event.target));
