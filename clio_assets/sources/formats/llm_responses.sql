-- Each response of llm's older tables: what was asked and what came back, with files and tools.
SELECT
    responses.id,
    responses.conversation_id,
    responses.model,
    responses.datetime_utc,
    responses.input_tokens,
    responses.output_tokens,
    NULL AS parts,
    responses.prompt,
    responses.response,
    (SELECT json_group_array(json_object('name', tool_calls.name))
     FROM tool_calls WHERE tool_calls.response_id = responses.id) AS tool_calls,
    (SELECT json_group_array(json_object('name', tool_results.name))
     FROM tool_results WHERE tool_results.response_id = responses.id) AS tool_results,
    (SELECT json_group_array(json_object('type', attachments.type))
     FROM prompt_attachments
     JOIN attachments ON attachments.id = prompt_attachments.attachment_id
     WHERE prompt_attachments.response_id = responses.id) AS attachments,
    (SELECT json_group_array(json_object('hash', prompt_fragments.fragment_id))
     FROM prompt_fragments WHERE prompt_fragments.response_id = responses.id) AS prompt_fragments
FROM responses
