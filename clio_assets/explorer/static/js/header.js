// The top of the page: which map, window and facet is shown, the page's own buttons.

import { button, fillSelect, icon, select } from "./dom.js";
import { daysName } from "./format.js";
import { hasNamed, inOtherMap, mapName, mapOf, mapsOf, notShown, ofMap } from "./maps.js";
import { title } from "./text.js";
import { createThemeButton } from "./theme.js";

/** Build the switchers in `host` and the buttons in `tools`. */
export function createHeader(app, host, tools) {
  const change = (patch) => app.store.set(patch, { push: true });
  const maps = select({
    id: "map",
    label: "Map",
    options: [],
    value: "",
    onChange: (named) => {
      const here = app.model.window;
      const { window, facet } = inOtherMap(app.source.index.windows, named, here);
      change({ window, facet, camera: "" });
    },
  });
  const windows = select({
    id: "window",
    label: "Window",
    options: [],
    value: "",
    onChange: (window) => change({ window, camera: "" }),
  });
  const facets = select({
    id: "facet",
    label: "Clusters of",
    options: [],
    value: "",
    onChange: (facet) => change({ facet, camera: "" }),
  });
  host.replaceChildren(maps, windows, facets);
  const about = button(
    { class: "ghost", "aria-label": "About this page", title: "About this page", on: { click: () => app.about() } },
    icon("info"),
  );
  const themeHost = button({ class: "ghost", id: "theme" });
  tools.replaceChildren(about, themeHost);
  const themeButton = createThemeButton(app, themeHost);

  return {
    setModel(model) {
      const { index } = app.source;
      const { window, facet } = model.window;
      const named = mapOf(window);
      const rows = ofMap(index.windows, named);
      const ofFacet = rows.filter((row) => row.facet === facet);
      const ofWindow = rows.filter((row) => row.window === window);
      const asWindow = (row) => ({ value: row.window, label: daysName(row) });
      const asFacet = (row) => ({ value: row.facet, label: title(row.facet) });
      fillSelect(maps.querySelector("select"), mapOptions(index), named);
      maps.hidden = !hasNamed(index);
      host.classList.toggle("has-maps", !maps.hidden);
      fillSelect(windows.querySelector("select"), ofFacet.map(asWindow), window);
      fillSelect(facets.querySelector("select"), ofWindow.map(asFacet), facet);
      facets.hidden = ofWindow.length < 2;
    },
    update(_state, changed) {
      if (changed.has("theme")) themeButton.update();
    },
  };
}

/** Every map, and those of which nothing is shown: why one is missing would be a riddle. */
function mapOptions(index) {
  const asMap = (named) => ({ value: named, label: mapName(named) });
  const asMissing = (named) => ({ value: named, label: `${mapName(named)} (nothing shown)`, disabled: true });
  return [...mapsOf(index.windows).map(asMap), ...notShown(index).map(asMissing)];
}
