-- How many controls of each framework have each status, run by run. The last two columns count a finding once for each control
-- on which its check bears, so they are more than there are findings.
SELECT c.run_date, c.framework_id, c.status, count(*) AS controls, sum(c.findings_fail) AS fails_by_control,
       sum(c.findings_not_assessed) AS not_assessed_by_control
FROM controls c
WHERE c.in_selection
GROUP BY c.run_date, c.framework_id, c.status
ORDER BY c.run_date, c.framework_id, c.status
