// The top of the page: which window and facet is shown, the page's own buttons.

import { button, fillSelect, icon, select } from "./dom.js";
import { windowName } from "./format.js";
import { title } from "./text.js";
import { createThemeButton } from "./theme.js";

/** Build the switchers in `host` and the buttons in `tools`. */
export function createHeader(app, host, tools) {
  const change = (patch) => app.store.set(patch, { push: true });
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
  host.replaceChildren(windows, facets);
  const about = button(
    { class: "ghost", "aria-label": "About this page", title: "About this page", on: { click: () => app.about() } },
    icon("info"),
  );
  const themeHost = button({ class: "ghost", id: "theme" });
  tools.replaceChildren(about, themeHost);
  const themeButton = createThemeButton(app, themeHost);

  return {
    setModel(model) {
      const rows = app.source.index.windows;
      const { window, facet } = model.window;
      const ofFacet = rows.filter((row) => row.facet === facet);
      const ofWindow = rows.filter((row) => row.window === window);
      const asWindow = (row) => ({ value: row.window, label: windowName(row) });
      const asFacet = (row) => ({ value: row.facet, label: title(row.facet) });
      fillSelect(windows.querySelector("select"), ofFacet.map(asWindow), window);
      fillSelect(facets.querySelector("select"), ofWindow.map(asFacet), facet);
      facets.hidden = ofWindow.length < 2;
    },
    update(_state, changed) {
      if (changed.has("theme")) themeButton.update();
    },
  };
}
