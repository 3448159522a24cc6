-- Why findings of the latest run could not be assessed: by cause and by what refused.
SELECT f.gap_cause, coalesce(f.gap_blocked_by, '') AS gap_blocked_by,
       count(*) AS findings, count(DISTINCT f.account_id) AS accounts, count(DISTINCT f.check_id) AS checks,
       min(f.gap_detail) AS example
FROM findings f
WHERE f.run_date = (SELECT max(run_date) FROM coverage) AND f.verdict = 'not-assessed'
GROUP BY f.gap_cause, coalesce(f.gap_blocked_by, '')
ORDER BY findings DESC, f.gap_cause, gap_blocked_by
