"""Runs SAM's own transform over templates, as CloudFormation does when they are deployed, and counts what comes out.

usage: transform.py REGION FOLDER TEMPLATE...

Writes what comes out to FOLDER, one JSON file a template, and ends with 1 where the transform refuses one, and where a stack has, or with an
alias and a canary for each function would have, MOST resources. It needs no account and no network: where `sam deploy` would write the address
of an upload, any address does.
"""

import copy
import json
import logging
import pathlib
import sys

import boto3
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

MOST = 300  # of the 500 that CloudFormation lets a stack have: above it, move a noun to a stack of its own

UPLOADED = {
    "AWS::Serverless::Function": ("CodeUri", "s3://bucket/key"),
    "AWS::Serverless::Application": ("Location", "https://s3.amazonaws.com/bucket/key"),
}


def included(value, folder):
    """Returns the value with the files of AWS::Include in it, which CloudFormation reads before any other transform."""
    if isinstance(value, list):
        return [included(item, folder) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("Fn::Transform", {}).get("Name") == "AWS::Include":
        return json.loads((folder / value["Fn::Transform"]["Parameters"]["Location"]).read_text(encoding="utf-8"))
    return {key: included(item, folder) for key, item in value.items()}


def grown(template):
    """Returns the template with what lets a release go out by parts: an alias, and a deployment that shifts it, for each function."""
    template = copy.deepcopy(template)
    if any(r["Type"] == "AWS::Serverless::Function" for r in template["Resources"].values()):
        functions = template.setdefault("Globals", {}).setdefault("Function", {})
        functions.update(AutoPublishAlias="live", DeploymentPreference={"Type": "Canary10Percent5Minutes"})
    return template


def transform(template, region):
    """Returns the template as CloudFormation runs it in the region; fails with InvalidDocumentException."""
    for resource in template["Resources"].values():
        if resource["Type"] in UPLOADED:
            name, address = UPLOADED[resource["Type"]]
            resource["Properties"][name] = address
    return Translator({}, Parser(), boto_session=boto3.Session(region_name=region)).translate(template, parameter_values={})


def main(region, folder, paths):
    logging.disable(logging.WARNING)  # it warns of metrics of its own that nobody collects here
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    refused = 0
    for path in map(pathlib.Path, paths):
        template = included(yaml_parse(path.read_text(encoding="utf-8")), path.parent)
        try:
            most = len(transform(grown(template), region)["Resources"])
            out = transform(template, region)
        except InvalidDocumentException as e:
            refused = 1
            for cause in e.causes:
                print(f"{path}: {cause.message}", file=sys.stderr)
            continue
        count = len(out["Resources"])
        print(f"{path}: {count} resources, {most} with aliases and canaries")
        if most >= MOST:
            refused = 1
            print(f"{path}: must stay under {MOST}: move a noun to a stack of its own", file=sys.stderr)
        (folder / ("-".join(path.with_suffix("").parts) + ".json")).write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    return refused


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
