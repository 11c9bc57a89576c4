-- Conversations and users behind every cell: a published cluster of any level, or the whole window
-- (cluster null), by every value of every attribute.
--   attributes  conversation, "user", and one text column an attribute, null where unknown
--   population  facet, conversation: all conversations of the window with that clustered facet
--   members     facet, cluster, conversation: the base clusters' conversations
--   ancestry    facet, leaf, cluster: each published base cluster's own id and its ancestors' ids
WITH attribute AS (
    UNPIVOT attributes
    ON COLUMNS (* EXCLUDE (conversation, "user"))
    INTO NAME facet VALUE value
),
placed AS (
    SELECT facet AS clustered_facet, NULL AS cluster, conversation
    FROM population
    UNION ALL
    SELECT members.facet, ancestry.cluster, members.conversation
    FROM members
    JOIN ancestry ON ancestry.facet = members.facet AND ancestry.leaf = members.cluster
)
SELECT
    placed.clustered_facet,
    placed.cluster,
    attribute.facet,
    attribute.value,
    count(DISTINCT attribute.conversation) AS size,
    count(DISTINCT attribute."user") AS users
FROM placed
JOIN attribute ON attribute.conversation = placed.conversation
GROUP BY placed.clustered_facet, placed.cluster, attribute.facet, attribute.value
ORDER BY placed.clustered_facet, placed.cluster NULLS FIRST, attribute.facet, attribute.value
