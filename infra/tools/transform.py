"""Runs SAM's own transform over templates, as CloudFormation does when they are deployed.

usage: transform.py REGION FOLDER TEMPLATE...

Writes what comes out to FOLDER, one JSON file a template, and ends with 1 where the transform refuses one. It needs no account and no
network: where `sam deploy` would write the address of an upload, any address does.
"""

import json
import logging
import pathlib
import sys

import boto3
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

UPLOADED = {
    "AWS::Serverless::Function": ("CodeUri", "s3://bucket/key"),
    "AWS::Serverless::Application": ("Location", "https://s3.amazonaws.com/bucket/key"),
}


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
        try:
            out = transform(yaml_parse(path.read_text(encoding="utf-8")), region)
        except InvalidDocumentException as e:
            refused = 1
            for cause in e.causes:
                print(f"{path}: {cause.message}", file=sys.stderr)
            continue
        (folder / f"{path.stem}.json").write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    return refused


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
