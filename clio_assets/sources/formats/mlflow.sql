-- Each span of MLflow's store, with what the store says of its trace.
SELECT
    spans.trace_id,
    spans.content,
    COALESCE(
        trace_info.session_id,
        (SELECT value FROM trace_request_metadata AS told
         WHERE told.request_id = spans.trace_id AND told.key = 'mlflow.trace.session')
    ) AS "mlflow.trace.session",
    (SELECT value FROM trace_request_metadata AS told
     WHERE told.request_id = spans.trace_id AND told.key = 'mlflow.trace.user')
        AS "mlflow.trace.user",
    (SELECT value FROM trace_request_metadata AS told
     WHERE told.request_id = spans.trace_id AND told.key = 'mlflow.trace_schema.version')
        AS "mlflow.trace_schema.version",
    (SELECT value FROM trace_tags AS tag
     WHERE tag.request_id = spans.trace_id AND tag.key = 'mlflow.trace.sourceScorer')
        AS "mlflow.trace.sourceScorer",
    (SELECT value FROM trace_tags AS tag
     WHERE tag.request_id = spans.trace_id AND tag.key = 'mlflow.eval.requestId')
        AS "mlflow.eval.requestId"
FROM spans
LEFT JOIN trace_info ON trace_info.request_id = spans.trace_id
ORDER BY spans.trace_id, spans.span_id
