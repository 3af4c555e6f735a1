# Liaison: `make run` starts everything on this machine, `make test` runs all tests, `make help` lists the rest.
# What is needed beforehand: Go, Java 17 or newer, Node 22 or newer; for tests of pages Chromium, for `check` and `deploy` Python 3 with venv
# and, for `check`, a C compiler (as root on Debian, Chromium and venv are installed where they are missing). Everything else is fetched by exact version into build/ and
# infra/local/services/node_modules.
#
# It keeps to what GNU make 3.81, bash 3.2 and BSD tools know. So no recipe relies on .SHELLFLAGS, which 3.81 ignores: commands that depend on
# each other are joined by &&.

SHELL := /bin/bash
.DEFAULT_GOAL := help
export GOFLAGS := -buildvcs=false

SERVICES := infra/local/services
PYTHON := build/tools
TOOL := go tool -modfile=infra/tools/go.mod
FUNCTION := CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags lambda.norpc,nethttpomithttp2 -ldflags "-s -w"
REGION ?= eu-central-1
PORT ?= 0
KEEP ?=
DEBUG :=
OF ?=
PKG ?=
RUN ?=
TABLE ?=
VERSION ?=
KEEP_DOWNLOADS ?=
# How many requests the contract check makes of each operation and pass; 50 and more for a release.
EXAMPLES ?= 3

mains := $(shell find functions -name main.go 2>/dev/null)
# functions/api/offers/create/main.go -> build/api/offers/create/bootstrap
bootstraps := $(patsubst functions/%/main.go,build/%/bootstrap,$(mains))

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

# ---- what the machine needs -------------------------------------------------------------------------------------------------

.PHONY: needs
needs:
	@command -v go >/dev/null || { echo "Go is missing: install Go 1.26 or newer from https://go.dev/dl/"; exit 1; }
	@command -v java >/dev/null || { echo "Java is missing: install a JDK 17 or newer (Debian: apt-get install openjdk-17-jre-headless)"; exit 1; }
	@major=$$(java -version 2>&1 | sed -nE '1s/.*"([0-9]+).*/\1/p'); [ "$${major:-0}" -ge 17 ] || { echo "Java $${major:-?} is too old: install a JDK 17 or newer (Debian: apt-get install openjdk-17-jre-headless)"; exit 1; }
	@command -v node >/dev/null || { echo "Node.js is missing: install Node.js 22 or newer from https://nodejs.org/"; exit 1; }
	@major=$$(node -p 'process.versions.node.split(".")[0]'); [ "$$major" -ge 20 ] || { echo "Node.js $$major is too old: install 22 or newer from https://nodejs.org/"; exit 1; }

# npm packages: the table, the mailbox, the token issuer, axe.
$(SERVICES)/node_modules/.package-lock.json: $(SERVICES)/package-lock.json | needs
	cd $(SERVICES) && npm ci --no-fund --no-audit
	touch $@

# Chromium for tests of pages: the one in PATH or in $CHROMIUM, else Debian's. A test that plays a scanner needs it whole; all others take the
# one without windows, in PATH or in $CHROMIUM_SHELL, which shows the same in half the time, and only where it is missing the whole one too.
.PHONY: chromium
chromium:
	@any() { for one; do ! command -v "$$one" >/dev/null || return 0; done; return 1; }; \
	debian() { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$$1" >/dev/null; }; \
	[ -n "$${CHROMIUM:-}" ] || any chromium chromium-browser google-chrome || debian chromium || \
		{ echo "Chromium is missing: install it (Debian: sudo apt-get install chromium) or name it in CHROMIUM"; exit 1; }; \
	[ -n "$${CHROMIUM_SHELL:-}" ] || any chromium-headless-shell chrome-headless-shell headless_shell || debian chromium-headless-shell || \
		echo "Tests of pages take twice the time: install chromium-headless-shell (Debian: sudo apt-get install chromium-headless-shell) or name it in CHROMIUM_SHELL"

# Python tools, each in an environment of its own, because their pins differ. A new date on the same pins makes no new environment.
$(PYTHON)/%/ready: infra/tools/%-requirements.txt
	@command -v python3 >/dev/null || { echo "Python 3 is missing: install it (Debian: apt-get install python3 python3-venv)"; exit 1; }
	@cmp -s $< $@ || python3 -m venv --clear $(PYTHON)/$* 2>/dev/null || { if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null && python3 -m venv --clear $(PYTHON)/$*; \
		else echo "Python's venv is missing: install it (Debian: sudo apt-get install python3-venv)"; exit 1; fi; }
	@cmp -s $< $@ || $(PYTHON)/$*/bin/pip install -q --disable-pip-version-check --no-deps -r $<
	@cp $< $@

.PHONY: setup
setup: needs $(SERVICES)/node_modules/.package-lock.json ## fetch what running needs

# ---- run --------------------------------------------------------------------------------------------------------------------

# What compiles for a minute shows that it does: of what `go build -v` says, names of packages are counted and all else is shown.
COUNTED = 2>&1 | { n=0; while IFS= read -r line; do case "$$line" in *[[:blank:]]*) echo "$$line";; \
	*) n=$$((n + 1)); [ $$((n % 50)) -ne 0 ] || echo "building what runs it: $$n packages compiled";; esac; done; }

build/local/liaison: FORCE | needs
	@set -o pipefail; go build -v -o $@ ./infra/local $(COUNTED)

# Fetching what runs and compiling go side by side.
.PHONY: run
run: needs ## start everything on this machine (PORT=8080, KEEP=folder, DEBUG=1)
	@$(MAKE) --no-print-directory -j2 setup build/local/liaison
	@exec build/local/liaison -port $(PORT) -keep "$(KEEP)" $(if $(DEBUG),-debug)

.PHONY: fresh
fresh: needs ## do what a newcomer does, with empty caches, and say how long it takes (KEEP_DOWNLOADS=1)
	go run ./infra/local/fresh $(if $(KEEP_DOWNLOADS),-keep-downloads)

.PHONY: travel
travel: ## send the running system's clock forward (TO=2027-01-15)
	@[ -n "$(TO)" ] || { echo "usage: make travel TO=2027-01-15"; exit 1; }
	go run ./infra/local -travel "$(TO)"

.PHONY: logs
logs: ## follow what the running system's functions log, all or one (OF=OffersCreate)
	@ls build/local/logs/runner.log >/dev/null 2>&1 || { echo "no running system: start one with make run"; exit 1; }
	@tail -n 20 -f build/local/logs/$(if $(OF),$(OF),*).log

.PHONY: watch
watch: ## build what changes while make run runs, and show what the compiler says
	@go run ./infra/local -watch

.PHONY: verify
verify: ## name what breaks an invariant in the running system, or in a deployed table (TABLE=name)
	@if [ -n "$(TABLE)" ]; then go run ./infra/operate verify -table "$(TABLE)" -region "$(REGION)"; else go run ./infra/local -verify; fi

.PHONY: demo
demo: setup ## walk the whole story by HTTP and check each step
	go run ./infra/local/demo

.PHONY: pictures
pictures: setup chromium ## render every page and mail to build/pictures
	PICTURES=build/pictures go test -count=1 -run TestPictures -timeout 30m ./tests/pictures/

.PHONY: bench
bench: setup ## measure speed and cost; writes build/bench/report.md
	go run ./infra/bench

# ---- test -------------------------------------------------------------------------------------------------------------------

# `make check` vets every package; the tests leave it out.
UNITS := ./shared/... ./functions/... ./infra/... ./tests/contract/... ./tests/house/...

# Each of these starts the whole system, or wants every core for its rivals. One alone leaves more than half of two cores idle while it waits
# for mails, streams and clocks, so two run side by side, the longest first.
# What they start is built beside them: Go does not see it change, and must not answer from the results that it keeps.
WHOLE := -p 2 ./tests/browser/... ./tests/journeys/... ./tests/faults/... ./tests/authz/... ./tests/model/... ./tests/pictures/...

# Runs a command and lends one DynamoDB Local to all the test binaries that it starts.
LEND := go run ./infra/local/lend

# How long it took, whatever came of it.
TOOK = status=$$?; echo "$@ took $$((SECONDS / 60)) min $$((SECONDS % 60)) s"; exit $$status

.PHONY: test
test: setup chromium ## run all tests
	@SECONDS=0; $(LEND) $(SHELL) -c 'go test -vet=off -timeout 20m $(UNITS) && go test -count=1 -vet=off -timeout 30m $(WHOLE)'; $(TOOK)

.PHONY: test-all
test-all: setup chromium ## run all tests with the long ones at their full length
	@SECONDS=0; export LIAISON_TEST_ALL=1; $(LEND) $(SHELL) -c 'go test -vet=off -timeout 60m $(UNITS) && go test -count=1 -vet=off -timeout 180m $(WHOLE)'; $(TOOK)

.PHONY: one
one: setup ## run one package's tests, or some of them (PKG=./functions/api/offers RUN=TestX)
	@[ -n "$(PKG)" ] || { echo "usage: make one PKG=./functions/api/offers RUN=TestX"; exit 1; }
	@SECONDS=0; go test -count=1 -vet=off -timeout 30m -p 1 -run '$(RUN)' $(PKG); $(TOOK)

TEMPLATES = template.yaml $(wildcard infra/stacks/*.yaml infra/stacks/*/*.yaml)

.PHONY: generate
generate: ## make what is generated from the words, the contract and the pages' code
	@go generate ./shared/locale ./shared/contract ./tests/house

# The checks run two at a time, the longest first. Each says under its name what it has to say, and at once, when it has ended.
CHECKS := check-races check-contract check-templates check-policies check-static check-vulnerable check-vet check-format
APART = @SECONDS=0; said=$$( { $(1); } 2>&1 ); status=$$?; echo "== $@, $$SECONDS s"; [ -z "$$said" ] || printf '%s\n' "$$said"; exit $$status

.PHONY: check
check: ## format, vet, races, static analysis, templates, contract
	@SECONDS=0; $(MAKE) --no-print-directory -k -j2 $(CHECKS); $(TOOK)

.PHONY: $(CHECKS)
check-format:
	$(call APART,unformatted=$$($(TOOL) gofumpt -l functions shared infra tests) && [ -z "$$unformatted" ] || { echo "gofumpt wants:"; echo "$$unformatted"; false; })

check-vet:
	$(call APART,go vet ./...)

check-races: setup
	$(call APART,if ! command -v cc >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq gcc libc6-dev >/dev/null; fi; \
		command -v cc >/dev/null || { echo "a C compiler is missing: install one (Debian: sudo apt-get install gcc libc6-dev)"; exit 1; }; \
		$(LEND) go test -race -vet=off -timeout 30m ./shared/... ./functions/... ./infra/...)

check-static:
	$(call APART,$(TOOL) staticcheck ./...)

check-vulnerable:
	$(call APART,said=$$(go tool -modfile=infra/tools/vuln.mod govulncheck ./functions/... ./infra/operate/... 2>&1); rc=$$?; echo "$$said"; \
		case "$$rc $$said" in (0*) ;; (1*"fetching vulnerabilities"*) echo "NOT CHECKED for known vulnerabilities: their database could not be reached";; (*) false;; esac)

# cfn-lint reads what SAM's transform makes, as CloudFormation does.
check-templates: $(PYTHON)/sam/ready
	$(call APART,rm -rf build/templates && $(PYTHON)/sam/bin/python infra/tools/transform.py $(REGION) build/templates $(TEMPLATES) && \
		$(PYTHON)/sam/bin/cfn-lint --non-zero-exit-code warning -r $(REGION) -- build/templates/*.json)

check-policies: $(PYTHON)/checkov/ready
	$(call APART,$(PYTHON)/checkov/bin/checkov --quiet --compact --framework cloudformation --config-file infra/tools/checkov.yaml -d infra/stacks)

check-contract: setup $(PYTHON)/schemathesis/ready
	$(call APART,go run ./tests/contract/schemathesis -examples $(EXAMPLES))

# ---- release, build and deploy ----------------------------------------------------------------------------------------------

.PHONY: release
release: ## make a release of what stands here (VERSION=1.1.0)
	@[ -n "$(VERSION)" ] || { echo "usage: make release VERSION=1.1.0"; exit 1; }
	@go run ./infra/release "$(VERSION)" && $(MAKE) --no-print-directory generate

.PHONY: build
build: $(bootstraps) ## build every function for deployment (linux/arm64)

build/%/bootstrap: FORCE
	@GOOS=linux GOARCH=arm64 $(FUNCTION) -o $@ ./functions/$*

.PHONY: FORCE
FORCE:

.PHONY: configured
configured:
	@! grep -q 'example\.com' samconfig.toml || { echo "samconfig.toml still holds examples: write your own parameter_overrides"; exit 1; }

.PHONY: deploy
deploy: configured build $(PYTHON)/sam/ready ## deploy to the AWS account of the shell, as samconfig.toml says
	$(PYTHON)/sam/bin/sam deploy
