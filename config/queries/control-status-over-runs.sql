-- How many controls of each framework have each status, run by run.
SELECT c.run_date, c.framework_id, c.status, count(*) AS controls, sum(c.findings_fail) AS findings_fail,
       sum(c.findings_not_assessed) AS findings_not_assessed
FROM controls c
WHERE c.in_selection
GROUP BY c.run_date, c.framework_id, c.status
ORDER BY c.run_date, c.framework_id, c.status
