-- Buckets that take requests without TLS, and those of which nobody knows, by region, in the latest run.
SELECT coalesce(f.region, 'not known') AS region,
       count(*) FILTER (WHERE f.verdict = 'fail') AS without_tls_only,
       count(*) FILTER (WHERE f.verdict = 'not-assessed') AS not_assessed,
       count(*) FILTER (WHERE f.verdict = 'pass') AS tls_only,
       count(*) AS buckets
FROM findings f
WHERE f.run_date = (SELECT max(run_date) FROM coverage) AND f.check_id = 's3-bucket-tls-only'
GROUP BY coalesce(f.region, 'not known')
ORDER BY without_tls_only DESC, region
