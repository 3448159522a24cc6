-- Exceptions that are expired, or that expire within 30 days after the latest run.
SELECT e.exception_id, e.state, e.owner, e.ticket, e.expires, date_diff('day', e.run_date, e.expires) AS days_left,
       e.findings_accepted, e.reason
FROM exceptions e
WHERE e.run_date = (SELECT max(run_date) FROM coverage)
  AND date_diff('day', e.run_date, e.expires) <= 30
ORDER BY e.expires, e.exception_id
