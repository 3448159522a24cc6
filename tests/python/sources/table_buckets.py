"""Table buckets of a region."""

from read import absent, pages
from s3_answers import moment


def read(aws, region):
    tables = aws.client("s3tables", region)
    buckets = []
    for each in pages(tables, "list_table_buckets", "tableBuckets"):
        arn = {"tableBucketARN": each["arn"]}
        policy = absent(["NotFoundException"], lambda: tables.get_table_bucket_policy(**arn))
        encryption = tables.get_table_bucket_encryption(**arn)
        found = encryption["encryptionConfiguration"]
        maintenance = tables.get_table_bucket_maintenance_configuration(**arn)["configuration"]
        buckets.append(
            {
                "name": each["name"],
                "arn": each["arn"],
                "owner": each["ownerAccountId"],
                "region": region,
                "created_at": moment(each["createdAt"]),
                "kind": each["type"],
                "policy": policy and policy["resourcePolicy"],
                "encryption": {"algorithm": found["sseAlgorithm"], "kms_key": found.get("kmsKeyArn")},
                "maintenance": [
                    {
                        "kind": kind,
                        "status": value["status"],
                        "unreferenced_days": value["settings"][kind].get("unreferencedDays"),
                        "noncurrent_days": value["settings"][kind].get("nonCurrentDays"),
                    }
                    for kind, value in sorted(maintenance.items())
                ],
            }
        )
    return {"buckets": buckets}
