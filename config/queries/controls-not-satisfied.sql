-- Controls that are not satisfied or not determined in an account, in the latest run. Undetermined is not satisfied.
SELECT m.framework_id, m.control_id, m.account_id, m.account_name, m.status, m.resources_failed, m.resources_not_assessed
FROM control_matrix m
WHERE m.run_date = (SELECT max(run_date) FROM coverage)
  AND m.scope = 'account' AND m.status IN ('not-satisfied', 'undetermined')
ORDER BY m.framework_id, m.control_id, m.account_id
