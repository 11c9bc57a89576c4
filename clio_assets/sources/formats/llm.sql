-- Each turn of llm's newer tables. A turn's messages are those between the answer before it and its
-- own last message, in a chain that goes from each message to the one before it. A thread that was
-- forked off shares its beginning with another one: its first turn tells that as well.
WITH RECURSIVE
forked (turn_id) AS (
    SELECT MIN(turns.id)
    FROM turns JOIN threads ON threads.id = turns.thread_id
    WHERE threads.forked_from IS NOT NULL
    GROUP BY turns.thread_id
),
given (turn_id, hash, height) AS (
    SELECT id, parent_message_hash, 0 FROM turns WHERE parent_message_hash IS NOT NULL
    UNION ALL
    SELECT given.turn_id, messages.parent_hash, given.height + 1
    FROM given JOIN messages ON messages.hash = given.hash
    WHERE messages.parent_hash IS NOT NULL
        AND (messages.role IN ('user', 'tool') OR given.turn_id IN (SELECT turn_id FROM forked))
),
added (turn_id, hash, height) AS (
    SELECT id, tip_message_hash, -1000000 FROM turns
    WHERE tip_message_hash IS NOT NULL AND tip_message_hash IS NOT parent_message_hash
    UNION ALL
    SELECT added.turn_id, messages.parent_hash, added.height + 1
    FROM added
    JOIN messages ON messages.hash = added.hash
    JOIN turns ON turns.id = added.turn_id
    WHERE messages.parent_hash IS NOT NULL
        AND messages.parent_hash IS NOT turns.parent_message_hash
),
steps (turn_id, hash, height, role) AS (
    SELECT given.turn_id, given.hash, given.height, messages.role
    FROM given JOIN messages ON messages.hash = given.hash
    WHERE messages.role IN ('user', 'tool')
        OR (messages.role = 'assistant' AND given.turn_id IN (SELECT turn_id FROM forked))
    UNION ALL
    SELECT added.turn_id, added.hash, added.height, messages.role
    FROM added JOIN messages ON messages.hash = added.hash
),
told (turn_id, parts) AS (
    SELECT turn_id, json_group_array(json(part))
    FROM (
        SELECT
            steps.turn_id,
            json_object(
                'message', steps.hash,
                'role', steps.role,
                'type', parts.type,
                'tool', parts.tool_name,
                'text', parts.text,
                'payload', CASE parts.type WHEN 'text' THEN parts.payload END,
                'media', (
                    SELECT attachments.type
                    FROM part_attachments
                    JOIN attachments ON attachments.id = part_attachments.attachment_id
                    WHERE part_attachments.part_id = parts.id
                )
            ) AS part
        FROM steps JOIN parts ON parts.message_hash = steps.hash
        ORDER BY steps.turn_id, steps.height DESC, parts.position
    )
    GROUP BY turn_id
)
SELECT
    turns.id,
    turns.thread_id AS conversation_id,
    COALESCE(turns.resolved_model, turns.model) AS model,
    turns.datetime_utc,
    turns.input_tokens,
    turns.output_tokens,
    COALESCE(told.parts, '[]') AS parts,
    NULL AS prompt,
    NULL AS response,
    NULL AS tool_calls,
    NULL AS tool_results,
    NULL AS attachments,
    NULL AS prompt_fragments
FROM turns LEFT JOIN told ON told.turn_id = turns.id
