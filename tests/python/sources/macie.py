"""Amazon Macie."""

from botocore.exceptions import ClientError
from read import pages


def moment(time):
    return time and time.strftime("%Y-%m-%dT%H:%M:%SZ")


def read(aws, region):
    macie = aws.client("macie2", region)
    try:
        session = macie.get_macie_session()
    except ClientError as error:
        if "Macie is not enabled" not in error.response["Error"]["Message"]:
            raise
        return {"session": None, "administrator": None, "automated_discovery": None}
    administrator = macie.get_administrator_account().get("administrator")
    if administrator and administrator["relationshipStatus"] in ("Enabled", "Paused"):
        accounts = pages(macie, "list_automated_discovery_accounts", "items", accountIds=[aws.account])
        discovery = next(account for account in accounts if account["accountId"] == aws.account)
    else:
        discovery = macie.get_automated_discovery_configuration()
    return {
        "session": {
            "status": session["status"],
            "finding_publishing_frequency": session["findingPublishingFrequency"],
            "created_at": moment(session["createdAt"]),
            "updated_at": moment(session["updatedAt"]),
        },
        "administrator": administrator
        and {
            "account": administrator["accountId"],
            "relationship_status": administrator["relationshipStatus"],
        },
        "automated_discovery": {
            "status": discovery["status"],
            "auto_enable_organization_members": discovery.get("autoEnableOrganizationMembers"),
            "first_enabled_at": moment(discovery.get("firstEnabledAt")),
            "disabled_at": moment(discovery.get("disabledAt")),
            "last_updated_at": moment(discovery.get("lastUpdatedAt")),
        },
    }
