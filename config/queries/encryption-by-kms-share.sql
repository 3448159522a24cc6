-- How many buckets of each account encrypt with a KMS key by default, in the latest run. Of some buckets nobody knows, so the
-- share lies between the two percentages.
SELECT b.account_id, max(b.account_name) AS account_name, count(*) AS buckets,
       count(*) FILTER (WHERE b.encryption LIKE 'aws:kms%') AS with_kms,
       count(*) FILTER (WHERE b.encryption LIKE 'not known%' OR b.encryption IS NULL) AS not_known,
       round(1e2 * count(*) FILTER (WHERE b.encryption LIKE 'aws:kms%') / count(*), 2) AS percent_at_least,
       round(1e2 * count(*) FILTER (WHERE b.encryption LIKE 'aws:kms%' OR b.encryption LIKE 'not known%' OR b.encryption IS NULL)
             / count(*), 2) AS percent_at_most
FROM buckets b
WHERE b.run_date = (SELECT max(run_date) FROM coverage)
GROUP BY b.account_id
ORDER BY percent_at_least, b.account_id
