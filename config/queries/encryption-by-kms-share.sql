-- How many buckets of each account encrypt with a KMS key by default, in the latest run. Of some buckets nobody knows, so the
-- share lies between the two percentages. Every account in scope has a row: one that was not read has no buckets here and no
-- percentage, and where the list of buckets is not complete, the percentages are those of the buckets that are known.
SELECT c.account_id, max(c.account_name) AS account_name, max(c.status) AS status,
       CASE WHEN max(c.buckets_listed) IS NULL THEN 'no' ELSE 'yes' END AS every_bucket_is_listed,
       count(b.bucket) AS buckets,
       count(*) FILTER (WHERE b.encryption LIKE 'aws:kms%') AS with_kms,
       count(b.bucket) FILTER (WHERE b.encryption LIKE 'not known%' OR b.encryption IS NULL) AS not_known,
       CASE WHEN count(b.bucket) > 0
            THEN round(1e2 * count(*) FILTER (WHERE b.encryption LIKE 'aws:kms%') / count(b.bucket), 2) END AS percent_at_least,
       CASE WHEN count(b.bucket) > 0
            THEN round(1e2 * count(b.bucket) FILTER (WHERE b.encryption LIKE 'aws:kms%' OR b.encryption LIKE 'not known%'
                                                     OR b.encryption IS NULL) / count(b.bucket), 2) END AS percent_at_most
FROM coverage c
LEFT JOIN buckets b ON b.run_date = c.run_date AND b.account_id = c.account_id
WHERE c.run_date = (SELECT max(run_date) FROM coverage) AND c.record = 'account'
  AND c.status IN ('assessed', 'partly-assessed', 'denied', 'not-collected')
GROUP BY c.account_id
ORDER BY percent_at_least NULLS FIRST, c.account_id
