.DEFAULT_GOAL := help
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: up test check bench dev install help

up: install ## run control plane and agent on this machine, print where to go next
	@bin/pullgate up

test: install ## install what is missing, run every test
	@scripts/test

check: install ## formatting, lint, types, arrows between packages, docs
	@scripts/check

bench: install ## measure, each figure beside its peer in the same run (docs/benchmarks.md)
	@scripts/bench

dev: install ## like up, restarting when a source file changes
	@bin/pullgate up --watch

install: node_modules/.package-lock.json

node_modules/.package-lock.json: package-lock.json
	@npm ci --loglevel=error --no-audit --no-fund --no-update-notifier
	@touch $@

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile
