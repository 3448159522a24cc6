-- Which fails of the latest run bear on each control of the first framework. A fail counts under every control of its check.
SELECT t.control, count(*) AS fails, count(DISTINCT f.resource_arn) AS resources, count(DISTINCT f.account_id) AS accounts
FROM findings f
CROSS JOIN UNNEST(f.controls) AS t(control)
WHERE f.run_date = (SELECT max(run_date) FROM coverage)
  AND f.verdict = 'fail' AND coalesce(f.exception_state, '') <> 'accepted'
GROUP BY t.control
ORDER BY fails DESC, t.control
