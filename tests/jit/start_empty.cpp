// A process that does nothing: what starting costs at least.
#include <string>

int main(int argc, char**) { return std::string(static_cast<size_t>(argc), 'x').empty() ? 1 : 0; }
