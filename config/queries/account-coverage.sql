-- How far each account was read in the latest run, the least read first. What stands in no other answer stands here. The first
-- row is the list of accounts: where it was partly read, an unknown number of accounts is missing from every answer.
SELECT c.record, c.account_id, c.account_name, c.organizational_unit, c.status, c.reason, c.remedy,
       c.reads_asked, c.reads_answered,
       CASE WHEN c.reads_asked > 0 THEN round(1e2 * c.reads_answered / c.reads_asked, 2) END AS percent_answered,
       c.buckets_assessed, c.buckets_partly_assessed, c.buckets_unreadable, c.buckets_gone
FROM coverage c
WHERE c.run_date = (SELECT max(run_date) FROM coverage) AND c.record IN ('account-list', 'account')
ORDER BY c.record DESC, CASE c.status WHEN 'denied' THEN 1 WHEN 'not-collected' THEN 2 WHEN 'partly-assessed' THEN 3
                       WHEN 'not-active' THEN 4 WHEN 'excluded' THEN 5 ELSE 6 END, c.account_id
