# `make` alone lists the targets. Set-up is part of each: nothing has to be installed before but Rust.
.PHONY: help demo test lint bench picture generated install
.DEFAULT_GOAL := help

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## xrole's main job against a local STS, without an AWS account
	@scripts/provision demo
	@cargo build --locked --bin xrole --example demo
	@cargo run --locked --quiet --example demo

test: ## install what the tests need, and run them all
	@scripts/provision test
	cargo test --locked --no-fail-fast

lint: ## formatting, clippy, and the shell scripts
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	scripts/lint-shell

bench: ## the speed bars, as ratios measured on this machine
	@scripts/provision test
	cargo build --locked --release
	cargo build --locked --example local_sts
	@scripts/bench
	@scripts/bench-parsing

picture: ## draw docs/session.svg anew from the demo's terminal
	@scripts/provision demo
	@cargo build --locked --bin xrole --example demo
	@cargo run --locked --quiet --example demo -- --picture docs/session.svg

generated: ## write completions/, man/ and the table of hidden characters anew
	XROLE_WRITE_GENERATED=1 cargo test --locked --quiet --test generated --test hidden_characters

install: ## build xrole and put it into cargo's bin folder
	cargo install --locked --path .
