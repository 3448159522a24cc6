-- Buckets that the public reaches, or of which nobody knows whether it does, in the latest run, with how and who accepts it.
SELECT f.account_id, f.resource_name AS bucket, f.region, f.check_id, f.verdict, f.message,
       f.gap_cause, f.exception_state, f.exception_owner
FROM findings f
WHERE f.run_date = (SELECT max(run_date) FROM findings)
  AND f.check_id IN ('s3-bucket-public-read', 's3-bucket-public-write', 's3-bucket-policy-public')
  AND f.verdict IN ('fail', 'not-assessed')
ORDER BY f.verdict, f.account_id, f.resource_name, f.check_id
