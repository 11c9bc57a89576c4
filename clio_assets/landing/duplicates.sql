-- Which landed records to leave out, and why (paper, G.1: conversations are de-duplicated).
--
-- superseded       another record of the same conversation is newer; the newest one stays. Records
--                  are of the same conversation where one continues, or branches from, the other
-- exact_duplicate  another record has the same user and the same messages; the oldest one stays
--
-- Superseded records go first, and only what survives is compared for exact duplicates: every
-- conversation keeps its newest record, and every set of equal survivors keeps exactly one.
WITH by_age AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY conversation_digest
            ORDER BY latest_at DESC, source DESC, file DESC, line DESC
        ) AS age
    FROM landed_index
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

SELECT day, source, file, line, 'superseded' AS reason
FROM by_age
WHERE age > 1
UNION ALL
SELECT day, source, file, line, 'exact_duplicate' AS reason
FROM survivors
WHERE copy > 1
ORDER BY day, source, file, line
