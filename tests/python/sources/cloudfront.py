"""CloudFront: the distributions with an origin of S3 in full, and how many others there are."""

import re

REGION = r"(?P<region>[a-z]+(?:-[a-z]+)+-[0-9]+)"
FORMS = [
    ("access-point", rf"(?P<access_point>.+)-(?P<account>[0-9]{{12}})\.s3-accesspoint\.{REGION}"),
    ("website", rf"(?P<bucket>.+)\.s3-website[.-]{REGION}"),
    ("bucket", rf"(?P<bucket>.+)\.s3[.-]{REGION}"),
    ("bucket", r"(?P<bucket>.+)\.s3"),
    ("bucket", rf"s3[.-]{REGION}"),
]


def present(members):
    return {key: value for key, value in members.items() if value not in (None, "")}


def address(host, path):
    for endpoint, form in FORMS:
        found = re.fullmatch(form + r"\.amazonaws\.com", host)
        if found:
            told = {"endpoint": endpoint, **found.groupdict()}
            if endpoint == "bucket" and "bucket" not in told:
                told["bucket"] = path.strip("/").split("/")[0]
            return told
    return None


def origin(told):
    custom = told.get("CustomOriginConfig")
    path = told.get("OriginPath", "")
    return present(
        {
            "id": told["Id"],
            "domain_name": told["DomainName"],
            "path": path,
            "s3": address(told["DomainName"], path),
            "is_s3_origin": "S3OriginConfig" in told,
            "access_identity": told.get("S3OriginConfig", {}).get("OriginAccessIdentity"),
            "access_control_id": told.get("OriginAccessControlId"),
            "custom": custom
            and {
                "protocol_policy": custom["OriginProtocolPolicy"],
                "ssl_protocols": custom["OriginSslProtocols"]["Items"],
            },
        }
    )


def behavior(told):
    return present(
        {
            "path_pattern": told.get("PathPattern"),
            "target_origin_id": told["TargetOriginId"],
            "viewer_protocol_policy": told["ViewerProtocolPolicy"],
            "allowed_methods": told["AllowedMethods"]["Items"],
            "needs_signed_requests": told["TrustedSigners"]["Enabled"] or told["TrustedKeyGroups"]["Enabled"],
        }
    )


def configuration(cloudfront, identifier):
    told = cloudfront.get_distribution_config(Id=identifier)["DistributionConfig"]
    logging = "off"
    if told["Logging"]["Enabled"]:
        host = told["Logging"]["Bucket"]
        logging = {
            "on": present(
                {
                    "domain_name": host,
                    "bucket": (address(host, "") or {}).get("bucket"),
                    "prefix": told["Logging"]["Prefix"],
                    "includes_cookies": told["Logging"]["IncludeCookies"],
                }
            )
        }
    return present({"legacy_logging": logging, "default_root_object": told.get("DefaultRootObject")})


def distribution(cloudfront, told):
    certificate = told["ViewerCertificate"]
    return present(
        {
            "id": told["Id"],
            "arn": told["ARN"],
            "domain_name": told["DomainName"],
            "status": told["Status"],
            "is_enabled": told["Enabled"],
            "is_staging": told["Staging"],
            "aliases": told["Aliases"].get("Items", []),
            "origins": [origin(each) for each in told["Origins"]["Items"]],
            "origin_groups": told["OriginGroups"].get("Items", []),
            "default_behavior": behavior(told["DefaultCacheBehavior"]),
            "behaviors": [behavior(each) for each in told["CacheBehaviors"].get("Items", [])],
            "certificate": present(
                {
                    "is_default": certificate["CloudFrontDefaultCertificate"],
                    "minimum_protocol_version": certificate["MinimumProtocolVersion"],
                    "ssl_support_method": certificate["SSLSupportMethod"],
                    "acm_arn": certificate.get("ACMCertificateArn"),
                }
            ),
            "web_acl_id": told["WebACLId"],
            "configuration": configuration(cloudfront, told["Id"]),
        }
    )


def read(aws, region):
    cloudfront = aws.client("cloudfront")
    kept, others = [], 0
    for page in cloudfront.get_paginator("list_distributions").paginate():
        for told in page["DistributionList"].get("Items", []):
            origins = [origin(each) for each in told["Origins"]["Items"]]
            if any(each["is_s3_origin"] or "s3" in each for each in origins):
                kept.append(distribution(cloudfront, told))
            else:
                others += 1
    controls, marker = [], None
    while True:
        more = {"Marker": marker} if marker else {}
        page = cloudfront.list_origin_access_controls(**more)["OriginAccessControlList"]
        controls += page.get("Items", [])
        marker = page.get("NextMarker")
        if not marker:
            break
    return {
        "distributions": {"of_buckets": sorted(kept, key=lambda each: each["id"]), "others": others},
        "access_controls": [
            {
                "id": each["Id"],
                "name": each["Name"],
                "signing_behavior": each["SigningBehavior"],
                "signing_protocol": each["SigningProtocol"],
                "origin_type": each["OriginAccessControlOriginType"],
            }
            for each in controls
        ],
    }
