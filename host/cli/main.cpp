// remit: the command line. See verbs.cpp for what it can do.
#include <string>
#include <vector>

#include "host/cli/verbs.h"

int main(int argc, char** argv) {
    using namespace remit::cli;
    prepare_process();
    Console console;
    const std::vector<std::string> args(argv + (argc > 0 ? 1 : 0), argv + argc);
    return static_cast<int>(console.finish(run(args, console)));
}
