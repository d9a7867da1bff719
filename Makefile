# Every command of the project; thin over npm scripts. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-knowledge demo-vision demo-stop test test-cluster lint format hooks build image bench model test-chart

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' Makefile

setup: ## install what is missing and build (the others do it by themselves)
	@scripts/setup.sh

demo: setup ## run an unlearning request from start to end and show the result
	@npm run -s demo

demo-knowledge: setup ## teach the built-in model to answer from a knowledge base, and change rows of it
	@npm run -s demo:knowledge

demo-vision: setup ## a small model that sees describes pictures, greedily and by DeCo, and is judged by CHAIR and POPE
	@npm run -s demo:vision

demo-stop: ## stop the platform that the demo left running
	@npm run -s demo:stop

test: setup ## format, lint, types and all tests
	@npm run -s lint
	@npm run -s typecheck
	@npm run -s test

test-chart: setup ## the Helm chart: lint, schemas, committed renders, policies; brings helm and kubeconform (Go)
	@scripts/chart-tools.sh >/dev/null
	@npm run -s test:chart

test-cluster: setup ## install the chart on the cluster of KUBECONFIG and try it under faults; ARGS="--only gpus,load --jobs 100"
	@npm run -s test:cluster -- $(ARGS)

lint: setup ## format, lint and types only
	@npm run -s lint
	@npm run -s typecheck

format: setup ## format every file
	@npm run -s format

hooks: ## check format and lint before each commit (once per clone)
	@git config core.hooksPath .githooks

build: setup ## compile into dist/

image: setup ## build the image of all services into lethe.tar, without Docker (as root, on Debian or Ubuntu with mmdebstrap)
	@npm run -s image -- --out lethe.tar

bench: ## speed of a training step next to PyTorch with PEFT (installs them in .lethe/bench) and to the matrix product's peak; LETHE_DATA=<folder> names data that cannot be fetched
	@bench/setup.sh && npm run -s bench:train

model: setup ## rebuild models/lethe-tiny from its scripts (half an hour or so)
	@npm run -s model:tiny
