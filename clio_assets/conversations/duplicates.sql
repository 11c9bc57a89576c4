-- Which records of a day to leave out, and why (paper, G.1: conversations are de-duplicated).
--
-- superseded       another record of the same conversation is newer; the newest one stays
-- exact_duplicate  another record has the same user and the same messages; the oldest one stays
--
-- Superseded records go first, and only what survives is compared for exact duplicates: every
-- conversation keeps its newest record, and every set of equal survivors keeps exactly one.
WITH of_the_day AS (
    SELECT content_digest FROM landed_index WHERE day = $day
),

-- Conversations that share content with the day: no other record can decide about its records.
related AS (
    SELECT conversation_digest
    FROM landed_index
    WHERE content_digest IN (SELECT content_digest FROM of_the_day)
),

by_age AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY conversation_digest
            ORDER BY latest_at DESC, source DESC, file DESC, line DESC
        ) AS age
    FROM landed_index
    WHERE conversation_digest IN (SELECT conversation_digest FROM related)
),

survivors AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY content_digest
            ORDER BY latest_at, source, file, line
        ) AS copy
    FROM by_age
    WHERE age = 1
)

SELECT source, file, line, 'superseded' AS reason
FROM by_age
WHERE age > 1 AND day = $day
UNION ALL
SELECT source, file, line, 'exact_duplicate' AS reason
FROM survivors
WHERE copy > 1 AND day = $day
ORDER BY source, file, line
