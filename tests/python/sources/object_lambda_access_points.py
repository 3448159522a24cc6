"""S3 Object Lambda access points of a region."""

from read import absent, pages
from s3_answers import block, moment


def read(aws, region):
    control, account = aws.client("s3control", region), aws.account
    points = []
    listed = pages(
        control, "list_access_points_for_object_lambda", "ObjectLambdaAccessPointList", AccountId=account
    )
    for each in listed:
        name = {"AccountId": account, "Name": each["Name"]}
        configuration = control.get_access_point_configuration_for_object_lambda(**name)["Configuration"]
        settings = control.get_access_point_for_object_lambda(**name)
        policy = absent(["NoSuchAccessPointPolicy"], lambda: control.get_access_point_policy_for_object_lambda(**name))
        status = absent(
            ["NoSuchAccessPointPolicy"], lambda: control.get_access_point_policy_status_for_object_lambda(**name)
        )
        points.append(
            {
                "name": each["Name"],
                "arn": each["ObjectLambdaAccessPointArn"],
                "alias": each["Alias"]["Value"],
                "alias_status": each["Alias"]["Status"],
                "configuration": {
                    "supporting_access_point": configuration["SupportingAccessPoint"],
                    "cloudwatch_metrics_enabled": configuration["CloudWatchMetricsEnabled"],
                    "allowed_features": configuration["AllowedFeatures"],
                    "transformations": [
                        {
                            "actions": transformation["Actions"],
                            "function_arn": transformation["ContentTransformation"]["AwsLambda"]["FunctionArn"],
                        }
                        for transformation in configuration["TransformationConfigurations"]
                    ],
                },
                "settings": {
                    "public_access_block": block(settings["PublicAccessBlockConfiguration"]),
                    "created_at": moment(settings["CreationDate"]),
                },
                "policy": policy and policy["Policy"],
                "policy_status": status and {"is_public": status["PolicyStatus"]["IsPublic"]},
            }
        )
    return {"access_points": points}
