"""What the answers of S3's services have in common."""

from datetime import timezone


def moment(date):
    """A time as the program writes it."""
    if date is None:
        return None
    return date.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def block(configuration):
    if configuration is None:
        return None
    return {
        "block_public_acls": configuration["BlockPublicAcls"],
        "ignore_public_acls": configuration["IgnorePublicAcls"],
        "block_public_policy": configuration["BlockPublicPolicy"],
        "restrict_public_buckets": configuration["RestrictPublicBuckets"],
    }


def turned(call, key, token_in, token_out):
    """The entries of all pages of a list that boto3 has no paginator for; `call` takes the token's argument."""
    entries, token = [], None
    while True:
        page = call(**({token_in: token} if token else {}))
        entries += page.get(key, [])
        token = page.get(token_out)
        if not token:
            return entries
