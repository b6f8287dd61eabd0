#include "tests/cli/process.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

void become(int fd, const std::string& path, int flags) {
    const int opened = ::open(path.c_str(), flags, 0600);
    if (opened < 0) ::_exit(120);
    ::dup2(opened, fd);
    ::close(opened);
}

[[noreturn]] void start(const std::vector<std::string>& args, const Setting& setting, const Folder& folder) {
    become(0, setting.input_file.empty() ? folder.path("in") : setting.input_file, O_RDONLY);
    become(1, setting.output_file.empty() ? folder.path("out") : setting.output_file, O_WRONLY | O_CREAT);
    become(2, folder.path("err"), O_WRONLY | O_CREAT);
    if (setting.close_input) ::close(0);
    if (setting.close_output) ::close(1);
    if (setting.reader_gone) {
        int ends[2];
        if (::pipe(ends) != 0) ::_exit(121);
        ::close(ends[0]);
        ::dup2(ends[1], 1);
    }
    for (const std::string& variable : setting.environment) ::putenv(::strdup(variable.c_str()));
    std::vector<char*> argv = {::strdup(REMIT_BINARY)};
    for (const std::string& arg : args) argv.push_back(::strdup(arg.c_str()));
    argv.push_back(nullptr);
    ::execv(REMIT_BINARY, argv.data());
    ::_exit(122);
}

}  // namespace

Ran run_remit(const std::vector<std::string>& args, const Setting& setting) {
    const Folder folder;
    folder.write("in", setting.input);
    const auto begin = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) start(args, setting, folder);
    int status = 0;
    struct rusage usage{};
    ::wait4(child, &status, 0, &usage);
    Ran ran;
    ran.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ran.max_rss_kb = usage.ru_maxrss;
    if (setting.output_file.empty()) ran.out = read_all(folder.path("out"));
    ran.err = read_all(folder.path("err"));
    return ran;
}

Folder::Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "remit-test-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
}

std::string read_all(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream out;
    out << file.rdbuf();
    return out.str();
}

std::string sample(const std::string& name) { return std::string(REMIT_SOURCE_DIR) + "/tests/cli/" + name; }
