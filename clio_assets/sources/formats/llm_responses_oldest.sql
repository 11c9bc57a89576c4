-- Each response of llm before it had files and tools.
SELECT id, conversation_id, model, datetime_utc, prompt, response FROM responses
