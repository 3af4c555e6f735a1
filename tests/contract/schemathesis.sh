#!/bin/sh
# Sends what infra/openapi.yaml allows, and what it does not, to a running API, and holds every answer against the document.
#
#   BASE_URL=http://127.0.0.1:8080 TOKEN=... [OPERATOR_TOKEN=...] [EXAMPLES=50] tests/contract/schemathesis.sh [options]
#
# Three passes: without a token, with a partner's, and with an operator's where OPERATOR_TOKEN is set. It withdraws, revokes,
# suspends and deletes what it finds: run it against a system made for it. OFFER_ID, INVITATION_ID, REDEMPTION_ID, PARTNER_ID,
# PLAN_ID, PROGRAM, API_CLIENT_ID, SUBSCRIPTION_ID, RELATIONSHIP_ID and EVENT_ID name things that exist there. More options go to
# schemathesis, for example --include-operation-id OffersCreate. Needs python3; reports are left in build/schemathesis.
set -eu
: "${BASE_URL:?the API to ask, for example http://127.0.0.1:8080}" "${TOKEN:?a token of a partner}"
cd "$(dirname "$0")/../.."
out=build/schemathesis
mkdir -p "$out"
tool=$out/venv/bin/schemathesis
if ! cmp -s tests/contract/requirements.txt "$out/venv/installed"; then
	python3 -m venv --clear "$out/venv"
	"$out/venv/bin/pip" install --quiet --no-deps --requirement tests/contract/requirements.txt
	cp tests/contract/requirements.txt "$out/venv/installed"
fi

mkdir -p "$out/names"
known() { # parameter, name
	printf '"%s"\n' "$2" >"$out/names/$1"
}
known offer "${OFFER_ID:-ofr_12345674_7k3mq2xf9d4bh8w5n1p6rt0vza}"
known invitation "${INVITATION_ID:-inv_01kaj3v5m8q2x4z6b7c9d1f3g5}"
known redemption "${REDEMPTION_ID:-red_4q8z1m7x2c9v_01kaj4t0n5r7w9y1a2b3c4d5e6}"
known partner "${PARTNER_ID:-12345674}"
known plan "${PLAN_ID:-plan_suite_trial}"
known program "${PROGRAM:-cloud-essentials}"
known api_client "${API_CLIENT_ID:-cli_12345674_01kaj2r1e3g5j7m9p1r3t5v7x9}"
known subscription "${SUBSCRIPTION_ID:-sub_4q8z1m7x2c9v_01kaj4t0n5s2v4x6z8a1b3c5d7}"
known relationship "${RELATIONSHIP_ID:-rel_4q8z1m7x2c9v_12345674}"
known event "${EVENT_ID:-evt_p12345674_01kaj3t9h4k6m8n0p2q4r6s8t0-1}"

failed=0
pass() { # name, then the options of this pass
	name=$1
	shift
	echo "== $name"
	"$tool" --no-color --config-file tests/contract/schemathesis.toml run infra/openapi.yaml --url "$BASE_URL" \
		--max-examples "${EXAMPLES:-50}" --generation-database none --output-sanitize true \
		--report junit,json --report-junit-path "$out/$name.xml" --report-json-path "$out/$name.json" "$@" || failed=1
}
pass anonymous "$@"
pass partner --header "Authorization: Bearer $TOKEN" "$@"
if [ -n "${OPERATOR_TOKEN:-}" ]; then
	pass operator --header "Authorization: Bearer $OPERATOR_TOKEN" "$@"
fi
exit $failed
