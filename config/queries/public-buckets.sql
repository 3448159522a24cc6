-- Buckets that the public reaches, or of which nobody knows whether it does, in the latest run, with how and who accepts it.
-- Beside it stands whether S3 calls the bucket policy public, which alone lets nobody in where RestrictPublicBuckets is on.
SELECT f.account_id, f.resource_name AS bucket, f.region, f.check_id, f.verdict, f.message,
       p.verdict AS policy_public_verdict, f.gap_cause, f.exception_state, f.exception_owner
FROM findings f
LEFT JOIN findings p
  ON p.run_date = f.run_date AND p.account_id = f.account_id AND p.resource_arn = f.resource_arn
     AND p.check_id = 's3-bucket-policy-public'
WHERE f.run_date = (SELECT max(run_date) FROM coverage)
  AND f.check_id IN ('s3-bucket-public-read', 's3-bucket-public-write')
  AND f.verdict IN ('fail', 'not-assessed')
ORDER BY f.verdict, f.account_id, f.resource_name, f.check_id
