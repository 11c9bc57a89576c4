-- Conversations and users behind every cell: a place (a row of its clustered facet's places) by every
-- value of every attribute, null where it is unknown.
--   attributes  conversation, "user", and one text column an attribute
--   population  facet, conversation, leaf: all conversations of the window with that clustered facet
--               and the base cluster of each (-1: none)
--   lines       facet, leaf, place: the places that the conversations of a base cluster count for
WITH attribute AS (
    FROM attributes
    UNPIVOT INCLUDE NULLS (value FOR facet IN (COLUMNS(* EXCLUDE (conversation, "user"))))
)
SELECT
    population.facet AS clustered_facet,
    lines.place,
    attribute.facet,
    attribute.value,
    count(DISTINCT attribute.conversation) AS size,
    count(DISTINCT attribute."user") AS users
FROM population
JOIN lines ON lines.facet = population.facet AND lines.leaf = population.leaf
JOIN attribute ON attribute.conversation = population.conversation
GROUP BY ALL
ORDER BY clustered_facet, attribute.facet, attribute.value NULLS LAST, lines.place
