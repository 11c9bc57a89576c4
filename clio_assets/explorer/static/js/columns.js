// Columns of the table and of its CSV: what each shows, exports and sorts by.

import { count, levelName, meanName, percent, SUPPRESSED, valueName } from "./format.js";
import { meanKey } from "./measures.js";
import { title } from "./text.js";

/**
 * The columns for a state: {key, label, text(i), fields: [[name, value(i)]], width, number}.
 * `key` is "name", "within" or a measure's; a suppressed cell is said to be one, also in the CSV.
 */
export function columnsOf(model, state) {
  const found = [name(model), within(model), level(model)];
  found.push(counted(model, "size", "Conversations", (i) => model.size(i)));
  found.push(counted(model, "users", "Users", (i) => model.users(i)));
  found.push({
    key: "size:share",
    sortKey: "size",
    label: "Share",
    number: true,
    width: 76,
    text: (i) => percent(model.share(i)),
    fields: [["Share", (i) => model.share(i)]],
  });
  for (const key of ["coherence", "growth", "concern"]) if (model.byKey.has(key)) found.push(measured(model, key));
  for (const name of model.byMean.keys()) found.push(mean(model, name));
  if (/^(share|lift):/.test(state.colour) && model.byKey.has(state.colour)) {
    found.push(measured(model, state.colour));
  }
  const facet = model.byFacet.get(state.tableFacet);
  if (facet) facet.values.forEach((value, v) => found.push(cell(model, facet, value, v)));
  return found;
}

function name(model) {
  const text = (i) => model.name(i);
  return { key: "name", label: "Name", width: 230, text, fields: [["Name", text]] };
}

function within(model) {
  const text = (i) => (model.parent(i) < 0 ? "" : model.name(model.parent(i)));
  return { key: "within", label: "Within", width: 170, text, fields: [["Within", text]] };
}

function level(model) {
  const text = (i) => levelName(model.level(i), model.deepest);
  return { key: "level", label: "Level", width: 78, text, fields: [["Level", text]] };
}

function counted(model, key, label, value) {
  const text = (i) => count(value(i));
  return { key, label, number: true, width: 124, text, fields: [[label, value]] };
}

function measured(model, key) {
  const measure = model.measure(key);
  const value = (i) => model.values(measure)[i];
  const known = (i) => (Number.isNaN(value(i)) ? SUPPRESSED : value(i));
  return {
    key,
    label: measure.label,
    number: true,
    width: 130,
    text: (i) => measure.format(value(i)),
    fields: [[key.includes(":") ? `${measure.group}: ${measure.label}` : measure.label, known]],
  };
}

/** A mean with how exact it is; in the CSV the mean, and the step that it is told in. */
function mean(model, name) {
  const told = (i) => model.mean(name, i);
  const known = (number) => (Number.isNaN(number) ? SUPPRESSED : number);
  const { key, label } = model.measure(meanKey(name));
  return {
    key,
    label,
    number: true,
    width: Math.max(150, 8 * label.length + 28),
    text: (i) => meanName(told(i).mean, told(i).step),
    fields: [
      [label, (i) => known(told(i).mean)],
      [`${title(name)} (step)`, (i) => known(told(i).step)],
    ],
  };
}

function cell(model, facet, value, v) {
  const size = (i) => facet.cells[i * facet.values.length + v];
  const label = valueName(value, facet.kind);
  const full = `${title(facet.name)} ${label}`;
  const shown = (i, number) => (size(i) < 0 ? SUPPRESSED : number(size(i)));
  return {
    key: `share:${facet.name}:${value}`,
    label,
    number: true,
    width: 130,
    text: (i) => shown(i, (n) => `${count(n)} · ${percent(n / model.size(i))}`),
    fields: [
      [`${full} conversations`, (i) => shown(i, (n) => n)],
      [`${full} share`, (i) => shown(i, (n) => n / model.size(i))],
    ],
  };
}
