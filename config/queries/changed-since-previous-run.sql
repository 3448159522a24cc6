-- What changed between the latest run and the one before it. A finding that is only in one of them is named as such: that a
-- fail is not seen any more does not mean that it is mended.
WITH latest AS (SELECT max(run_date) AS run_date FROM coverage),
     previous AS (SELECT max(run_date) AS run_date FROM coverage WHERE run_date < (SELECT run_date FROM latest)),
     after AS (SELECT * FROM findings WHERE run_date = (SELECT run_date FROM latest)),
     before AS (SELECT * FROM findings WHERE run_date = (SELECT run_date FROM previous))
SELECT coalesce(a.account_id, b.account_id) AS account_id, coalesce(a.resource_arn, b.resource_arn) AS resource_arn,
       coalesce(a.check_id, b.check_id) AS check_id, coalesce(a.severity, b.severity) AS severity,
       b.severity AS severity_before, a.severity AS severity_after,
       b.verdict AS verdict_before, a.verdict AS verdict_after,
       b.exception_state AS exception_before, a.exception_state AS exception_after,
       CASE WHEN a.verdict IS NULL THEN 'no longer visible'
            WHEN b.verdict IS NULL THEN 'first seen'
            WHEN a.verdict = 'fail' AND b.verdict <> 'fail' THEN 'fails now'
            WHEN a.verdict = 'fail' AND a.exception_state = 'accepted' AND coalesce(b.exception_state, '') <> 'accepted'
              THEN 'accepted now'
            WHEN a.verdict = 'fail' AND b.exception_state = 'accepted' AND coalesce(a.exception_state, '') <> 'accepted'
              THEN 'no longer accepted'
            WHEN b.verdict = 'fail' AND a.verdict = 'not-assessed' THEN 'failed, not known now'
            WHEN a.verdict = b.verdict AND a.severity <> b.severity THEN 'severity changed'
            WHEN b.verdict = 'fail' AND a.verdict <> 'fail' THEN 'does not fail any more'
            WHEN a.verdict = 'not-assessed' AND b.verdict <> 'not-assessed' THEN 'not known now'
            ELSE 'other' END AS change
FROM after a
FULL OUTER JOIN before b
  ON a.account_id = b.account_id AND a.resource_arn = b.resource_arn AND a.check_id = b.check_id
WHERE (SELECT run_date FROM previous) IS NOT NULL
  AND (coalesce(a.verdict, '') <> coalesce(b.verdict, '')
       OR coalesce(a.exception_state, '') <> coalesce(b.exception_state, '')
       OR (a.verdict IN ('fail', 'not-assessed') AND a.severity <> b.severity))
ORDER BY change, account_id, resource_arn, check_id
