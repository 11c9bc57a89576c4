// Orders of clusters by a measure; what a measure suppresses comes last, however it is sorted.

/** Clusters sorted by "name" or the key of a measure, largest first; ties by size, then name. */
export function orderBy(model, clusters, key, { ascending = key === "name" } = {}) {
  const sign = ascending ? 1 : -1;
  const byName = (a, b) => (model.name(a) < model.name(b) ? -1 : model.name(a) > model.name(b) ? 1 : a - b);
  if (key === "name") return [...clusters].sort((a, b) => sign * byName(a, b));
  const values = model.values(model.measure(key));
  return [...clusters].sort((a, b) => {
    const left = values[a];
    const right = values[b];
    if (Number.isNaN(left) || Number.isNaN(right)) {
      if (!Number.isNaN(left)) return -1;
      if (!Number.isNaN(right)) return 1;
    } else if (left !== right) {
      return sign * (left - right);
    }
    return model.size(b) - model.size(a) || byName(a, b);
  });
}

/** Options of a select of orders: name, the measures, and the facet values' shares and lifts. */
export function sortOptions(model) {
  const [cluster, ...facets] = measureOptions(model);
  return [
    { label: cluster.label, options: [{ value: "name", label: "Name" }, ...cluster.options] },
    ...facets,
  ];
}

/** A measure's name by itself: that of a facet value says of which facet. */
export function nameOf({ key, label, group }) {
  return /^(share|lift):/.test(key) ? `${group.split(":")[0]}: ${label}` : label;
}

/** Options of a select of measures, grouped as the measures are. */
export function measureOptions(model) {
  const groups = new Map();
  for (const measure of model.measures) {
    if (!groups.has(measure.group)) groups.set(measure.group, []);
    groups.get(measure.group).push({ value: measure.key, label: nameOf(measure) });
  }
  return [...groups].map(([label, options]) => ({ label, options }));
}
