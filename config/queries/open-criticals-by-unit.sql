-- Critical and high fails of the latest run that nobody accepts, by organizational unit, with what of that severity could not be
-- assessed. Every unit with an account in scope has a row: one whose accounts were not read has no fails, and is not a good one.
WITH latest AS (SELECT max(run_date) AS run_date FROM coverage),
     accounts AS (SELECT account_id, organizational_unit, status FROM coverage
                  WHERE run_date = (SELECT run_date FROM latest) AND record = 'account'
                    AND status IN ('assessed', 'partly-assessed', 'denied', 'not-collected')),
     open AS (SELECT account_id, resource_arn, severity, verdict FROM findings
              WHERE run_date = (SELECT run_date FROM latest) AND severity IN ('critical', 'high')
                AND (verdict = 'not-assessed' OR (verdict = 'fail' AND coalesce(exception_state, '') <> 'accepted')))
SELECT coalesce(c.organizational_unit, 'not known') AS organizational_unit,
       count(*) FILTER (WHERE f.verdict = 'fail' AND f.severity = 'critical') AS critical,
       count(*) FILTER (WHERE f.verdict = 'fail' AND f.severity = 'high') AS high,
       count(DISTINCT f.resource_arn) FILTER (WHERE f.verdict = 'fail') AS resources,
       count(*) FILTER (WHERE f.verdict = 'not-assessed') AS not_assessed,
       count(DISTINCT f.account_id) FILTER (WHERE f.verdict = 'fail') AS accounts_that_fail,
       count(DISTINCT c.account_id) AS accounts,
       count(DISTINCT c.account_id) FILTER (WHERE c.status IN ('denied', 'not-collected')) AS accounts_not_read,
       count(DISTINCT c.account_id) FILTER (WHERE c.status = 'partly-assessed') AS accounts_partly_read
FROM accounts c
FULL OUTER JOIN open f ON f.account_id = c.account_id
GROUP BY coalesce(c.organizational_unit, 'not known')
ORDER BY critical DESC, high DESC, accounts_not_read DESC, organizational_unit
