-- Bucket names that were seen in more than one account or region, or with more than one creation time, over all runs: a name
-- may have been deleted and taken again. The creation time also changes when the bucket's policy is edited.
SELECT b.bucket, count(DISTINCT b.account_id) AS accounts, count(DISTINCT CASE WHEN b.region NOT LIKE 'not known%' THEN b.region END) AS regions,
       count(DISTINCT b.created_at) AS creation_times, min(b.run_date) AS first_seen, max(b.run_date) AS last_seen
FROM buckets b
GROUP BY b.bucket
HAVING count(DISTINCT b.account_id) > 1 OR count(DISTINCT CASE WHEN b.region NOT LIKE 'not known%' THEN b.region END) > 1 OR count(DISTINCT b.created_at) > 1
ORDER BY b.bucket
