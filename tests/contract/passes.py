"""Sends what infra/openapi.yaml allows, and what it does not, to a running API, and holds every answer against the document.

BASE_URL=http://127.0.0.1:8080 TOKEN=... [OPERATOR_TOKEN=...] [EXAMPLES=50] build/tools/schemathesis/bin/python tests/contract/passes.py [options]

Four passes: without a token, with a partner's, with an operator's where OPERATOR_TOKEN is set and with a customer's where CUSTOMER_TOKEN is. It
withdraws, revokes, suspends and deletes what it finds: run it against a system made for it. OFFER_ID and the other variables of KNOWN name things
that exist there. More options go to schemathesis, for example --include-operation-id OffersCreate. Reports are left in build/schemathesis.
"""

import os
import pathlib
import sys

from schemathesis.cli import schemathesis

ROOT = pathlib.Path(__file__).parents[2]
OUT = ROOT / "build" / "schemathesis"

# What exists, by the name that schemathesis.toml gives it: its variable, and an example of it.
KNOWN = {
    "offer": ("OFFER_ID", "ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza"),
    "invitation": ("INVITATION_ID", "inv_01kaj3v5m8q2x4z6b7c9d1f3g5"),
    "redemption": ("REDEMPTION_ID", "red_4q8z1m7x2c9v_01kaj4t0n5r7w9y1a2b3c4d5e6"),
    "partner": ("PARTNER_ID", "12345674"),
    "plan": ("PLAN_ID", "plan_suite_trial"),
    "program": ("PROGRAM", "cloud-essentials"),
    "api_client": ("API_CLIENT_ID", "cli_12345674_01kaj2r1e3g5j7m9p1r3t5v7x9"),
    "subscription": ("SUBSCRIPTION_ID", "sub_4q8z1m7x2c9v_01kaj4t0n5s2v4x6z8a1b3c5d7"),
    "relationship": ("RELATIONSHIP_ID", "rel_4q8z1m7x2c9v_12345674"),
    "event": ("EVENT_ID", "evt_p12345674_01kaj3t9h4k6m8n0p2q4r6s8t0-1"),
    "customer": ("CUSTOMER_ID", "cus_4q8z1m7x2c9v"),
    "user": ("USER_ID", "usr_4q8z1m7x2c9v_01kaj4t0n5t3w5y7a9b1c3d5e7"),
    "group": ("GROUP_ID", "grp_4q8z1m7x2c9v_01kaj4t0n5t3w5y7a9b1c3d5e7"),
    "domain": ("DOMAIN", "northwind.example"),
    "import": ("IMPORT_ID", "imp_4q8z1m7x2c9v_01kaj4t0n5t3w5y7a9b1c3d5e7"),
    "task": ("TASK_ID", "tsk_4q8z1m7x2c9v_01kaj4t0n5t3w5y7a9b1c3d5e7"),
    "service_request": ("SERVICE_REQUEST_ID", "srq_4q8z1m7x2c9v_01kaj4t0n5t3w5y7a9b1c3d5e7"),
}


def run(name, token, options):
    """Makes one pass and returns whether every answer kept to the document."""
    print(f"== {name}", flush=True)
    given = ["--no-color", "--config-file", str(ROOT / "tests" / "contract" / "schemathesis.toml"), "run", str(ROOT / "infra" / "openapi.yaml")]
    given += ["--url", os.environ["BASE_URL"], "--max-examples", os.environ.get("EXAMPLES", "50"), "--generation-database", "none"]
    given += ["--output-sanitize", "true", "--report", "junit,json"]
    given += ["--report-junit-path", str(OUT / f"{name}.xml"), "--report-json-path", str(OUT / f"{name}.json")]
    if token:
        given += ["--header", f"Authorization: Bearer {token}"]
    try:
        schemathesis(given + options)
    except SystemExit as end:  # how it always ends
        return not end.code
    return False


def main(options):
    for variable in ("BASE_URL", "TOKEN"):
        if not os.environ.get(variable):
            return f"{variable} is missing: see the head of {__file__}"
    (OUT / "names").mkdir(parents=True, exist_ok=True)
    for name, (variable, example) in KNOWN.items():
        (OUT / "names" / name).write_text(f'"{os.environ.get(variable) or example}"\n', encoding="utf-8")
    passes = {
        "anonymous": None,
        "customer": os.environ.get("CUSTOMER_TOKEN"),
        "partner": os.environ["TOKEN"],
        "operator": os.environ.get("OPERATOR_TOKEN"),
    }
    kept = [run(name, token, options) for name, token in passes.items() if token or name == "anonymous"]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
