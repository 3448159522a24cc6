-- Critical and high fails of the latest run that nobody accepts, by organizational unit.
SELECT coalesce(c.organizational_unit, 'not known') AS organizational_unit, f.severity,
       count(*) AS fails, count(DISTINCT f.account_id) AS accounts, count(DISTINCT f.resource_arn) AS resources
FROM findings f
LEFT JOIN coverage c ON c.run_date = f.run_date AND c.record = 'account' AND c.account_id = f.account_id
WHERE f.run_date = (SELECT max(run_date) FROM coverage)
  AND f.verdict = 'fail' AND f.severity IN ('critical', 'high') AND coalesce(f.exception_state, '') <> 'accepted'
GROUP BY coalesce(c.organizational_unit, 'not known'), f.severity
ORDER BY organizational_unit, f.severity
