"""IAM."""

import csv
import datetime
import io

from botocore.exceptions import ClientError
from read import absent, pages

WORDS = {"N/A": "not-applicable", "no_information": "no-information", "not_supported": "not-supported"}


def utc(time):
    return time.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def word(text, value):
    return WORDS[text] if text in WORDS else {"value": value(text)}


def said(text):
    return word(text, str)


def flag(text):
    return word(text, lambda text: {"true": True, "false": False}[text.lower()])


def time(text):
    return word(text, lambda text: utc(datetime.datetime.fromisoformat(text)))


def key(row, number):
    at = f"access_key_{number}"
    return {
        "active": flag(row[f"{at}_active"]),
        "last_rotated": time(row[f"{at}_last_rotated"]),
        "last_used": time(row[f"{at}_last_used_date"]),
        "last_used_region": said(row[f"{at}_last_used_region"]),
        "last_used_service": said(row[f"{at}_last_used_service"]),
    }


def certificate(row, number):
    return {"active": flag(row[f"cert_{number}_active"]), "last_rotated": time(row[f"cert_{number}_last_rotated"])}


def user(row):
    known = {
        "name": row["user"],
        "arn": row["arn"],
        "created_at": time(row["user_creation_time"]),
        "password_enabled": flag(row["password_enabled"]),
        "password_last_used": time(row["password_last_used"]),
        "password_last_changed": time(row["password_last_changed"]),
        "password_next_rotation": time(row["password_next_rotation"]),
        "mfa_active": flag(row["mfa_active"]),
        "access_keys": [key(row, 1), key(row, 2)],
        "certificates": [certificate(row, 1), certificate(row, 2)],
    }
    if "additional_credentials_info" in row:
        known["additional_credentials"] = said(row["additional_credentials_info"])
    return known


def report(iam):
    while iam.generate_credential_report()["State"] != "COMPLETE":
        pass
    answer = iam.get_credential_report()
    rows = csv.DictReader(io.StringIO(answer["Content"].decode()))
    return {"generated_at": utc(answer["GeneratedTime"]), "users": [user(row) for row in rows]}


def root_management(iam):
    try:
        answer = iam.list_organizations_features()
    except ClientError as error:
        if error.response["Error"]["Code"] == "AccountNotManagementOrDelegatedAdministratorException":
            return "asked-elsewhere"
        raise
    return {"features": {"organization": answer["OrganizationId"], "enabled": answer["EnabledFeatures"]}}


def password_policy(iam):
    answer = absent(["NoSuchEntity"], iam.get_account_password_policy)
    if answer is None:
        return None
    policy = answer["PasswordPolicy"]
    return {
        "minimum_length": policy["MinimumPasswordLength"],
        "requires_symbols": policy["RequireSymbols"],
        "requires_numbers": policy["RequireNumbers"],
        "requires_uppercase": policy["RequireUppercaseCharacters"],
        "requires_lowercase": policy["RequireLowercaseCharacters"],
        "lets_users_change": policy["AllowUsersToChangePassword"],
        "expires": policy["ExpirePasswords"],
        "maximum_age_days": policy.get("MaxPasswordAge"),
        "reuse_prevention": policy.get("PasswordReusePrevention"),
        "hard_expiry": policy.get("HardExpiry"),
    }


def read(aws, region):
    iam = aws.client("iam")
    devices = pages(iam, "list_virtual_mfa_devices", "VirtualMFADevices", AssignmentStatus="Assigned")
    return {
        "summary": iam.get_account_summary()["SummaryMap"],
        "credential_report": report(iam),
        "report_request": iam.generate_credential_report()["State"],
        "virtual_mfa_devices": [
            {
                "serial_number": device["SerialNumber"],
                "user_arn": device["User"]["Arn"],
                "enabled_at": utc(device["EnableDate"]),
            }
            for device in devices
        ],
        "root_management": root_management(iam),
        "password_policy": password_policy(iam),
    }
