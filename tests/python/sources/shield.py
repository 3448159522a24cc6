"""Shield Advanced."""

from read import absent


def read(aws, region):
    shield = aws.client("shield")
    protections, token = [], None
    while True:
        # boto3's paginator of this list has another name for the token in some versions, so the pages are turned by hand.
        more = {"NextToken": token} if token else {}
        page = absent(["ResourceNotFoundException"], lambda: shield.list_protections(**more))
        if page is None:
            protections = None
            break
        protections += [
            {"id": each["Id"], "name": each["Name"], "resource_arn": each["ResourceArn"]} for each in page["Protections"]
        ]
        token = page.get("NextToken")
        if not token:
            break
    return {"subscription": {"state": shield.get_subscription_state()["SubscriptionState"]}, "protections": protections}
