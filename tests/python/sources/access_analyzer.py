"""IAM Access Analyzer."""

from read import pages

BUCKETS = {"resourceType": {"eq": ["AWS::S3::Bucket", "AWS::S3Express::DirectoryBucket"]}}


def moment(time):
    return time and time.strftime("%Y-%m-%dT%H:%M:%SZ")


def subject(finding):
    return {
        "id": finding["id"],
        "resource": finding.get("resource"),
        "resource_type": finding["resourceType"],
        "resource_owner_account": finding["resourceOwnerAccount"],
        "status": finding["status"],
        "error": finding.get("error"),
        "created_at": moment(finding["createdAt"]),
        "analyzed_at": moment(finding["analyzedAt"]),
        "updated_at": moment(finding["updatedAt"]),
    }


def access(found):
    sources = found.get("sources")
    return {
        "principal": found.get("principal"),
        "actions": found.get("action"),
        "condition": found.get("condition", {}),
        "sources": sources
        and [
            {
                "source_type": source["type"],
                "access_point_arn": source.get("detail", {}).get("accessPointArn"),
                "access_point_account": source.get("detail", {}).get("accessPointAccount"),
            }
            for source in sources
        ],
        "resource_control_policy_restriction": found.get("resourceControlPolicyRestriction"),
    }


def external(client, arn):
    return [
        {"subject": subject(finding), "is_public": finding.get("isPublic"), "access": access(finding)}
        for finding in pages(client, "list_findings", "findings", analyzerArn=arn, filter=BUCKETS)
    ]


def internal(client, arn):
    findings = []
    for finding in pages(client, "list_findings_v2", "findings", analyzerArn=arn, filter=BUCKETS):
        details = pages(client, "get_finding_v2", "findingDetails", analyzerArn=arn, id=finding["id"])
        details = [each["internalAccessDetails"] for each in details]
        findings.append(
            {
                "subject": subject(finding),
                "details": [
                    {
                        "principal_owner_account": each.get("principalOwnerAccount"),
                        "principal_type": each.get("principalType"),
                        "access_type": each.get("accessType"),
                        "access": access(each),
                        "service_control_policy_restriction": each.get("serviceControlPolicyRestriction"),
                    }
                    for each in details
                ],
            }
        )
    return findings


def monitoring(client, analyzer):
    kind = analyzer["type"]
    if kind.endswith("_UNUSED_ACCESS"):
        return "unused-access"
    if analyzer["status"] != "ACTIVE":
        return "stopped"
    word, findings = ("internal", internal) if kind.endswith("_INTERNAL_ACCESS") else ("external", external)
    rules = [
        {
            "name": rule["ruleName"],
            "filter": {
                key: {
                    "equals": criterion.get("eq"),
                    "differs_from": criterion.get("neq"),
                    "contains": criterion.get("contains"),
                    "exists": criterion.get("exists"),
                }
                for key, criterion in rule["filter"].items()
            },
            "created_at": moment(rule["createdAt"]),
            "updated_at": moment(rule["updatedAt"]),
        }
        for rule in pages(client, "list_archive_rules", "archiveRules", analyzerName=analyzer["name"])
    ]
    return {
        word: {
            "findings": sorted(findings(client, analyzer["arn"]), key=lambda finding: finding["subject"]["id"]),
            "archive_rules": sorted(rules, key=lambda rule: rule["name"]),
        }
    }


def read(aws, region):
    client = aws.client("accessanalyzer", region)
    analyzers = [
        {
            "arn": analyzer["arn"],
            "name": analyzer["name"],
            "analyzer_type": analyzer["type"],
            "status": analyzer["status"],
            "status_reason": analyzer.get("statusReason", {}).get("code"),
            "created_at": moment(analyzer["createdAt"]),
            "last_resource_analyzed": analyzer.get("lastResourceAnalyzed"),
            "last_resource_analyzed_at": moment(analyzer.get("lastResourceAnalyzedAt")),
            "managed_by": analyzer.get("managedBy"),
            "monitoring": monitoring(client, analyzer),
        }
        for analyzer in pages(client, "list_analyzers", "analyzers")
    ]
    return {"analyzers": sorted(analyzers, key=lambda analyzer: analyzer["arn"])}
