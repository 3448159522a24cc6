"""Holds the code of the checks' pages against readers that nobody here wrote.

Usage: remediation_blocks.py DIRECTORY. Each file of the directory is a page in CommonMark. Terraform blocks are parsed by
python-hcl2, CloudFormation blocks are linted by cfn-lint, and each command of the AWS CLI is looked up in botocore's models
of the services: the operation, each option, what is required, and every JSON value by its shape.

With `--filled BUCKET FILE` it reads blocks as JSON (`[{"language", "text"}]`) and answers, for each, the texts of the
document in which the name stands, as the language's own reader sees them.

It prints one line for each thing that is wrong and ends with the code 1 when there is any.
"""

import json
import re
import shlex
import sys
from pathlib import Path

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Commands that the AWS CLI adds to the operations of the API (AWS CLI Command Reference).
OF_THE_CLI = {("cloudtrail", "validate-logs"): {"trail-arn", "start-time"}}
# Where the CLI's name of a service is not that of its model (AWS CLI Command Reference).
SERVICES = {"s3api": "s3", "configservice": "config"}
ALSO_OF_THE_CLI = {("configservice", "put-configuration-recorder"): {"recording-group"}}
# Believable values for the words that readers replace: patterns of names and ARNs hold for these.
ACCOUNT = "000000000123"
VALUES = {
    "ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "ACCESS_POINT": "an-access-point",
    "ACCOUNT_ID": ACCOUNT,
    "ALLOWED_ORIGIN": "https://www.example.com",
    "BUCKET": "a-bucket",
    "CONFIG_BUCKET": "a-config-bucket",
    "DESTINATION_BUCKET": "a-destination",
    "DISTRIBUTION_ARN": f"arn:aws:cloudfront::{ACCOUNT}:distribution/EDFDVBD632BHDS5",
    "INVENTORY_BUCKET": "an-inventory",
    "INVENTORY_ID": "weekly",
    "BUCKET_KEY_ARN": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "KEY_ARN": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "LOG_BUCKET": "a-log-bucket",
    "LOG_GROUP_ARN": f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:trail",
    "NETWORK": "192.0.2.0/24",
    "NEW_ACCESS_POINT": "another-access-point",
    "ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/a-role",
    "TARGET_ID": "r-ab12",
    "TOPIC_ARN": f"arn:aws:sns:eu-central-1:{ACCOUNT}:a-topic",
    "TRAIL_BUCKET": "a-trail-bucket",
    "VPC_ID": "vpc-0123456789abcdef0",
}
GLOBAL = {"region", "query", "output", "profile"}


def blocks(page, language):
    section = page.read_text().split("\n## Remediation\n")[1].split("\n## References")[0]
    believable = lambda word: VALUES.get(word.group(), word.group())  # noqa: E731
    return [re.sub(r"\w+", believable, text) for name, text in FENCE.findall(section) if name == language]


def terraform(page):
    import hcl2

    for text in blocks(page, "terraform"):
        try:
            document = hcl2.loads(text)
        except Exception as error:  # noqa: BLE001 - the parser raises what its grammar raises
            yield f"terraform does not parse: {str(error).splitlines()[0]}"
            continue
        if not document.get("resource"):
            yield "terraform holds no resource"


def cloudformation(page):
    from cfnlint import lint

    for text in blocks(page, "cloudformation"):
        for match in lint(text, regions=["eu-central-1"]):
            if match.rule.severity != "informational":
                yield f"cloudformation: {match.rule.id} {match.message}"


def commands(text):
    """The commands of a block, as lists of words; redirections and what stands behind a pipe are left out."""
    for line in shlex_lines(text):
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split = True
        words = []
        for word in lexer:
            if re.fullmatch(r"[|&;<>]+", word):
                if words[:1] == ["aws"]:
                    yield words
                words = [] if word != ">" else ["to"]
            else:
                words.append(word)
        if words[:1] == ["aws"]:
            yield words


def shlex_lines(text):
    """Lines of a shell: joined where a quote is open or a backslash ends one; comments are left out."""
    line = ""
    for part in text.splitlines():
        if not line and part.lstrip().startswith("#"):
            continue
        line += part
        if line.endswith("\\"):
            line = line[:-1]
            continue
        if line.count("'") % 2:
            line += "\n"
            continue
        yield line
        line = ""
    if line:
        yield line


def value_of(shape, text):
    """A value as botocore takes it; `None` where the CLI's own short form is used, which is looked at by its members."""
    if shape.type_name in ("structure", "list", "map"):
        if text.startswith(("{", "[")):
            return json.loads(text)
        if text.startswith("file://"):
            return None
        return shorthand(shape, text)
    return {"integer": int, "long": int, "double": float, "float": float, "boolean": lambda word: True}.get(shape.type_name, str)(text)


def shorthand(shape, text):
    members = shape.member if shape.type_name == "list" else shape
    if members.type_name != "structure":
        return None
    for pair in re.split(r",(?=\w+=)", text):
        key = pair.split("=", 1)[0]
        if key not in members.members:
            raise ValueError(f"`{key}` is no member of {members.name}")
    return None


def shell(page):
    import botocore.session
    from botocore import xform_name
    from botocore.validate import ParamValidator

    session = botocore.session.get_session()
    for text in blocks(page, "sh"):
        for words in commands(text):
            service, operation, rest = words[1], words[2], words[3:]
            said = " ".join(words[:3])
            options = {}
            for word in rest:
                if word.startswith("--"):
                    name = word[2:]
                    options[name] = []
                elif options:
                    options[name].append(word)
                else:
                    yield f"`{said}`: `{word}` belongs to no option"
            known = OF_THE_CLI.get((service, operation))
            if known is not None:
                yield from (f"`{said}` has no option --{name}" for name in options if name not in known | GLOBAL)
                continue
            try:
                model = session.get_service_model(SERVICES.get(service, service))
            except Exception:  # noqa: BLE001
                yield f"there is no service `{service}`"
                continue
            found = {xform_name(name, "-"): name for name in model.operation_names}
            if operation not in found:
                yield f"`{said}` is no operation"
                continue
            shape = model.operation_model(found[operation]).input_shape
            members = {xform_name(name, "-"): name for name in (shape.members if shape else {})}
            given = {}
            for name, values in options.items():
                if name in GLOBAL or name in ALSO_OF_THE_CLI.get((service, operation), ()):
                    continue
                plain = name[3:] if name.startswith("no-") and name not in members else name
                if plain not in members:
                    yield f"`{said}` has no option --{name}"
                    continue
                member = shape.members[members[plain]]
                try:
                    if member.type_name == "boolean":
                        value = True
                    elif member.type_name == "list" and values and not values[0].startswith(("[", "{")):
                        for text_of in values:
                            value_of(member, text_of)
                        value = None
                    else:
                        value = value_of(member, values[0] if values else "")
                except (ValueError, IndexError) as error:
                    yield f"`{said}` --{name}: {error}"
                    continue
                given[plain] = value
                if value is not None:
                    report = ParamValidator().validate(value, member)
                    if report.has_errors():
                        yield f"`{said}` --{name}: {report.generate_report()}"
            required = {xform_name(name, "-") for name in (shape.required_members if shape else [])}
            # The CLI makes up tokens by itself.
            missing = {name for name in required - set(given) if "token" not in name}
            if missing:
                yield f"`{said}` lacks {', '.join(sorted(missing))}"


def texts(value):
    if isinstance(value, dict):
        for key, member in value.items():
            yield from texts(key)
            yield from texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from texts(member)
    elif isinstance(value, str):
        yield value


def filled(bucket, path):
    """Says of each block whether its reader finds the name whole, and no block broken."""
    import hcl2
    import yaml

    for block in json.loads(Path(path).read_text()):
        language, text = block["language"], block["text"]
        try:
            if language == "sh":
                read = shlex.split(text)
                # A name within JSON is read as JSON reads it.
                read += [part for word in read if word.startswith("{") for part in texts(json.loads(word))]
            elif language == "json":
                read = list(texts(json.loads(text if text.lstrip().startswith("{") else "{" + text + "}")))
            elif language == "terraform":
                # The parser says where a text ends and leaves its escapes, which are those of JSON and of templates.
                plain = (word.replace("$${", "${").replace("%%{", "%{") for word in texts(hcl2.loads(text)))
                read = [json.loads(word) if word.startswith('"') else word for word in plain]
            else:
                read = list(texts(yaml.safe_load(text)))
        except Exception as error:  # noqa: BLE001
            yield f"{language} is broken: {error}: {text}"
            continue
        if not any(bucket in word for word in read):
            yield f"{language} does not hold the name as a value: {text}"


def main():
    if sys.argv[1] == "--filled":
        problems = list(filled(*sys.argv[2:4]))
    else:
        problems = []
        for page in sorted(Path(sys.argv[1]).glob("*.md")):
            for look in (terraform, cloudformation, shell):
                problems += [f"{page.name}: {problem}" for problem in look(page)]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
