// bench_generate N DIR: writes DIR/policy_N.remit and DIR/hand_N.cpp.
#include <cstdlib>
#include <fstream>
#include <string>

#include "workload.h"

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const int n = std::atoi(argv[1]);
    const bench::Workload w = bench::make_workload(n);
    const std::string dir = argv[2], number = argv[1];
    std::ofstream(dir + "/policy_" + number + ".remit") << bench::policy_text(w);
    std::ofstream(dir + "/hand_" + number + ".cpp") << bench::hand_written(w, n);
    return 0;
}
