// Pages that are made from tables are current: `scripts/docs` writes them.
#include "tests/catch.h"
#include "tests/docs/tables.h"
#include "tests/house/repository.h"

using namespace remit::house;

TEST_CASE("docs/operations.md is what the table of operations says") {
    CHECK(read_text(fs::path(REMIT_SOURCE_DIR) / "docs/operations.md") == remit::docs::operations_page());
}

TEST_CASE("docs/diagnostics.md is what the table of diagnostics says") {
    CHECK(read_text(fs::path(REMIT_SOURCE_DIR) / "docs/diagnostics.md") == remit::docs::diagnostics_page());
    CHECK(read_text(fs::path(REMIT_SOURCE_DIR) / "docs/lint.md") == remit::docs::lint_page());
}
