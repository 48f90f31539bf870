# Every target works from a fresh checkout: `scripts/provision` brings what is missing and skips what is there.
# ARGS is passed on, as in `make test ARGS="-k roc -x"`.

PYTHON := .venv/bin/python
ARGS ?=
WORKERS ?= 6
# What each failure said, errors of set-up and teardown among them, after the terminal has scrolled on.
REPORT := --junit-xml=.pytest_cache/last-run.xml

# Where this is set every process compiles the whole program anew: hundreds of them do in one run of the tests.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench soak lock fixture

help:
	@echo '用法：make <目標>'
	@echo '  setup  安裝執行所需的一切（.venv、瀏覽器、字型）'
	@echo '  demo   用內建的複製平臺與測試資料做一遍'
	@echo '  test   全部測試（ARGS="…" 轉給 pytest）'
	@echo '  check  格式、程式碼檢查、型別、匯入方向、測試資料沒有個人資料'
	@echo '  bench  量測速度'
	@echo '  soak   長時間測試與規則的突變測試'
	@echo '  lock   重新產生 requirements.lock'
	@echo '  fixture  把存檔的網頁或失敗紀錄做成測試資料（ARGS="網頁檔 elearn/名稱"）'

setup:
	@scripts/provision app

demo:
	@scripts/provision app
	.venv/bin/elearn demo $(ARGS)

test:
	@scripts/provision test
	scripts/with-secret-service $(PYTHON) -m pytest -n $(WORKERS) --dist worksteal $(REPORT) $(ARGS)

check:
	@scripts/provision python
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	PYTHONPATH=tests $(PYTHON) -m fixture_tools check

bench:
	@scripts/provision bench
	$(PYTHON) -m benchmarks $(ARGS)

soak:
	@scripts/provision test
	@failed=0; \
	scripts/with-secret-service $(PYTHON) -m pytest -m soak -n $(WORKERS) --dist worksteal $(REPORT) $(ARGS) || failed=1; \
	$(PYTHON) -m tests.mutation --workers 2 || failed=1; \
	exit $$failed

lock:
	@scripts/provision python
	scripts/relock $(ARGS)
	@scripts/provision python

fixture:
	@scripts/provision python
	PYTHONPATH=tests $(PYTHON) -m fixture_tools make $(ARGS)
