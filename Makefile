.DEFAULT_GOAL := help
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: up test check bench dev install console help

up: console ## run control plane and agent on this machine, print where to go next
	@bin/pullgate up

test: install ## install what is missing, run every test
	@scripts/test

check: install ## formatting, lint, types, arrows between packages, docs
	@scripts/check

bench: install ## measure, each figure beside its peer in the same run (docs/benchmarks.md)
	@scripts/bench

dev: console ## like up, restarting when a source file changes
	@bin/pullgate up --watch

console: apps/console/dist/index.html ## build the web console

apps/console/dist/index.html: node_modules/.package-lock.json $(shell find apps/console packages -type f -not -path '*/node_modules/*' -not -path '*/dist/*')
	@scripts/build-console

install: node_modules/.package-lock.json

node_modules/.package-lock.json: package-lock.json
	@npm ci --loglevel=error --no-audit --no-fund --no-update-notifier
	@touch $@

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile
