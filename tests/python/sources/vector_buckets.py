"""Vector buckets of a region."""

from read import absent, pages
from s3_answers import moment


def read(aws, region):
    vectors = aws.client("s3vectors", region)
    buckets = []
    for each in pages(vectors, "list_vector_buckets", "vectorBuckets"):
        name = {"vectorBucketName": each["vectorBucketName"]}
        found = vectors.get_vector_bucket(**name)["vectorBucket"]
        encryption = found.get("encryptionConfiguration", {})
        policy = absent(["NotFoundException"], lambda: vectors.get_vector_bucket_policy(**name))
        buckets.append(
            {
                "name": each["vectorBucketName"],
                "arn": each["vectorBucketArn"],
                "region": region,
                "created_at": moment(each["creationTime"]),
                "settings": {
                    "algorithm": encryption.get("sseType"),
                    "kms_key": encryption.get("kmsKeyArn"),
                    "default_index_mode": found.get("defaultIndexMode"),
                },
                "policy": policy and policy["policy"],
            }
        )
    return {"buckets": buckets}
