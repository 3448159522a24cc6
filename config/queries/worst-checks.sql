-- The checks by how many resources mending them would clear in the latest run.
SELECT f.check_id, max(f.check_title) AS check_title, f.severity,
       count(*) AS fails, count(DISTINCT f.account_id) AS accounts
FROM findings f
WHERE f.run_date = (SELECT max(run_date) FROM coverage)
  AND f.verdict = 'fail' AND coalesce(f.exception_state, '') <> 'accepted'
GROUP BY f.check_id, f.severity
ORDER BY fails DESC, f.check_id, f.severity
