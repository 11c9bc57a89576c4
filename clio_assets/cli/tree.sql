-- One facet of one window, parents before children, larger ones first.
SELECT id, level, parent, name, description, size, users, share, audit, coherence
FROM clusters
WHERE "window" = $window AND facet = $facet
ORDER BY level DESC, size DESC, id
