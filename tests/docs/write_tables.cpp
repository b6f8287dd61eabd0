// write_tables DIR: writes the pages that are made from tables into DIR.
#include <fstream>
#include <iostream>

#include "tests/docs/tables.h"

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: write_tables DIR\n";
        return 2;
    }
    const std::string folder = argv[1];
    std::ofstream(folder + "/operations.md") << remit::docs::operations_page();
    std::ofstream(folder + "/diagnostics.md") << remit::docs::diagnostics_page();
    std::ofstream(folder + "/lint.md") << remit::docs::lint_page();
    return 0;
}
