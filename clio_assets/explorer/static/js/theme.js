// Light or dark: as the system asks, unless the reader has chosen.

import { icon } from "./dom.js";

const KEPT = "clio-explorer-theme";
const SYSTEM = matchMedia("(prefers-color-scheme: dark)");

/** The theme in force: the address's, else the one chosen last, else the system's. */
export function resolveTheme(state) {
  return state.theme || remembered() || (SYSTEM.matches ? "dark" : "light");
}

/** Apply it to the page; its colours are the style sheet's. */
export function applyTheme(theme) {
  document.documentElement.dataset.theme = theme;
}

/** Turn a button into the switch between light and dark. */
export function createThemeButton(app, host) {
  const show = () => {
    const dark = app.theme() === "dark";
    host.replaceChildren(icon(dark ? "sun" : "moon"));
    host.setAttribute("aria-label", dark ? "Use the light theme" : "Use the dark theme");
    host.title = host.getAttribute("aria-label");
  };
  host.addEventListener("click", () => {
    const theme = app.theme() === "dark" ? "light" : "dark";
    remember(theme);
    app.store.set({ theme });
  });
  SYSTEM.addEventListener("change", () => app.themeChanged());
  show();
  return { update: show };
}

/** Storage can be refused (pages from disk, private windows): the address still keeps the theme. */
function remembered() {
  try {
    const kept = localStorage.getItem(KEPT);
    return kept === "light" || kept === "dark" ? kept : "";
  } catch (error) {
    if (error instanceof DOMException) return "";
    throw error;
  }
}

function remember(theme) {
  try {
    localStorage.setItem(KEPT, theme);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
