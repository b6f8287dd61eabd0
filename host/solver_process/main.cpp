// remit-solver: Z3 behind standard input and output, in SMT-LIB 2. A process of its own, so that `remit` stays one static file that
// starts in a millisecond whether or not a shared Z3 is there. Commands are gathered up to an `(echo ...)`, then answered.
#include <z3.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

namespace {

constexpr const char* kMemoryMb = "1536";

/// Errors stand in the answer; the process goes on.
void ignore(Z3_context, Z3_error_code) {}

}  // namespace

int main() {
    std::ios::sync_with_stdio(false);
    Z3_global_param_set("memory_max_size", kMemoryMb);
    Z3_config config = Z3_mk_config();
    Z3_context context = Z3_mk_context(config);
    Z3_set_error_handler(context, ignore);
    std::string commands, line;
    while (std::getline(std::cin, line)) {
        commands += line + "\n";
        if (!line.starts_with("(echo ")) continue;
        const char* answer = Z3_eval_smtlib2_string(context, commands.c_str());
        std::cout << (answer == nullptr ? "(error \"no answer\")\n" : answer) << std::flush;
        commands.clear();
    }
    Z3_del_context(context);
    Z3_del_config(config);
    return EXIT_SUCCESS;
}
