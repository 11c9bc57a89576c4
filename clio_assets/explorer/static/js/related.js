// Clusters around a cluster: what it holds, its siblings, its nearest neighbours on the map.

import { bdi, button, el } from "./dom.js";
import { count } from "./format.js";

const SHOWN_AT_ONCE = 6;
const NEAREST = 6;

/** Sections of children, siblings and nearest clusters of the same level. */
export function relatedSections(app, i) {
  const { model } = app;
  const children = model.children(i);
  const siblings = model.siblings(i);
  const nearest = model.nearest(i, NEAREST);
  return [
    children.length ? clusterList(app, "Holds", children) : null,
    siblings.length ? clusterList(app, "Siblings", siblings) : null,
    nearest.length ? clusterList(app, "Nearest on the map", nearest) : null,
  ];
}

/** Clusters as links with their sizes: the first few, the rest on request. */
export function clusterList(app, name, clusters, note = null) {
  const list = el("ul", { class: "cluster-list" });
  const add = (some) => list.append(...some.map((i) => entry(app, i)));
  add(clusters.slice(0, SHOWN_AT_ONCE));
  const rest = clusters.slice(SHOWN_AT_ONCE);
  const more = rest.length
    ? button({
        class: "link",
        text: `Show all ${count(clusters.length)}`,
        on: {
          click: () => {
            add(rest);
            list.children[SHOWN_AT_ONCE].querySelector("button").focus();
            more.remove();
          },
        },
      })
    : null;
  return el(
    "section",
    { class: "part" },
    el("h3", { class: "facet-title" }, name, " ", el("span", { class: "tally", text: count(clusters.length) })),
    note,
    list,
    more,
  );
}

function entry(app, i) {
  const { model } = app;
  return el(
    "li",
    {},
    button(
      {
        class: "cluster-link",
        data: { id: model.id(i) },
        on: { click: () => app.select(i) },
      },
      bdi(model.name(i).slice(0, 300), { class: "cluster-name", dir: "auto" }),
      el("span", { class: "cluster-size", text: count(model.size(i)) }),
    ),
  );
}
