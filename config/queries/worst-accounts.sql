-- The accounts by what fails in the latest run and nobody accepts, the worst first, with what nobody could assess and how far
-- each was read beside it. An account without findings that was not read is not a good one.
SELECT c.account_id, max(c.account_name) AS account_name, max(c.status) AS status,
       count(*) FILTER (WHERE f.verdict = 'fail' AND f.severity = 'critical' AND coalesce(f.exception_state, '') <> 'accepted') AS critical,
       count(*) FILTER (WHERE f.verdict = 'fail' AND f.severity = 'high' AND coalesce(f.exception_state, '') <> 'accepted') AS high,
       count(*) FILTER (WHERE f.verdict = 'fail' AND coalesce(f.exception_state, '') <> 'accepted') AS fail,
       count(*) FILTER (WHERE f.verdict = 'fail' AND f.exception_state = 'accepted') AS accepted,
       count(*) FILTER (WHERE f.verdict = 'not-assessed') AS not_assessed,
       count(f.check_id) AS findings
FROM coverage c
LEFT JOIN findings f ON f.run_date = c.run_date AND f.account_id = c.account_id
WHERE c.run_date = (SELECT max(run_date) FROM coverage) AND c.record = 'account'
GROUP BY c.account_id
ORDER BY critical DESC, high DESC, fail DESC, not_assessed DESC, c.account_id
