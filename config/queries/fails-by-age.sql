-- Since which run each fail of the latest run has been open without a break, the oldest first, accepted ones included. A
-- run in which it was not assessed, or not seen, does not break it.
WITH latest AS (SELECT max(run_date) AS run_date FROM coverage),
     mended AS (SELECT account_id, resource_arn, check_id, max(run_date) AS run_date
                FROM findings WHERE verdict IN ('pass', 'not-applicable')
                GROUP BY account_id, resource_arn, check_id)
SELECT f.account_id, f.resource_arn, f.check_id, max_by(f.severity, f.run_date) AS severity, min(f.run_date) AS open_since,
       date_diff('day', min(f.run_date), max(f.run_date)) AS days_open
FROM findings f
LEFT JOIN mended m ON m.account_id = f.account_id AND m.resource_arn = f.resource_arn AND m.check_id = f.check_id
WHERE f.verdict = 'fail' AND (m.run_date IS NULL OR f.run_date > m.run_date)
GROUP BY f.account_id, f.resource_arn, f.check_id
HAVING max(f.run_date) = (SELECT run_date FROM latest)
ORDER BY open_since, f.account_id, f.resource_arn, f.check_id
