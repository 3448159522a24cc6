-- Buckets of the latest run of which some checks could not be assessed, the least known first.
SELECT b.account_id, b.bucket, b.region, b.status, b.findings_not_assessed, b.findings_fail, b.reads_asked, b.reads_answered
FROM buckets b
WHERE b.run_date = (SELECT max(run_date) FROM coverage) AND b.findings_not_assessed > 0
ORDER BY b.findings_not_assessed DESC, b.account_id, b.bucket
