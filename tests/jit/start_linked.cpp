// A process that contains the native compiler and does not use it unless it is given an argument.
#include "vm/jit/jit.h"

int main(int argc, char**) {
    if (argc < 2) return 0;
    auto loaded = remit::LoadedProgram::load({});
    return loaded && remit::make_native(*loaded) ? 0 : 1;
}
