# Finds a Python that fits and hands over to make.py, which also works without make: python make.py run
PYTHON := $(or $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$python && break; done),python3)

.PHONY: run test lint spark lock clean
run test lint spark lock clean:
	@$(PYTHON) make.py $@ $(ARGS)
