#include "host/solver/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>

namespace remit::smt {

namespace {

/// In the child, after fork: only calls that are safe there.
[[noreturn]] void become(char* const* words, int in, int out, int memory_mb) {
    const rlim_t bytes = static_cast<rlim_t>(memory_mb) << 20;
    const rlimit memory{bytes, bytes};
    ::setrlimit(RLIMIT_AS, &memory);
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::dup2(in, 0);
    ::dup2(out, 1);
    const int nothing = ::open("/dev/null", O_WRONLY);
    if (nothing >= 0) ::dup2(nothing, 2);
    ::execvp(words[0], words);
    ::_exit(127);
}

int left(std::chrono::steady_clock::time_point until) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    return static_cast<int>(std::max<int64_t>(0, ms.count()));
}

}  // namespace

Result<std::unique_ptr<Process>> Process::start(const std::vector<std::string>& command, int memory_mb) {
    int to[2], from[2];
    if (::pipe2(to, O_CLOEXEC) != 0) return Failure{std::string("cannot start a solver: ") + std::strerror(errno)};
    if (::pipe2(from, O_CLOEXEC) != 0) {
        ::close(to[0]);
        ::close(to[1]);
        return Failure{std::string("cannot start a solver: ") + std::strerror(errno)};
    }
    std::vector<char*> words;
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) become(words.data(), to[0], from[1], memory_mb);
    ::close(to[0]);
    ::close(from[1]);
    if (child < 0) {
        ::close(to[1]);
        ::close(from[0]);
        return Failure{std::string("cannot start a solver: ") + std::strerror(errno)};
    }
    ::fcntl(to[1], F_SETFL, O_NONBLOCK);
    return std::unique_ptr<Process>(new Process(child, to[1], from[0]));
}

Process::~Process() {
    ::close(in_);
    ::close(out_);
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
}

std::optional<std::string> Process::ask(const std::string& text, const std::string& mark, int timeout_ms) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
    const std::string end = mark + "\n";
    std::string answer;
    size_t sent = 0;
    for (;;) {
        // Reading goes on while writing: a child that waits for us to read would never take the rest.
        pollfd ends[2] = {{out_, POLLIN, 0}, {in_, POLLOUT, 0}};
        const int ready = ::poll(ends, sent < text.size() ? 2 : 1, left(until));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return std::nullopt;
        if (sent < text.size() && (ends[1].revents & (POLLOUT | POLLERR)) != 0) {
            const ssize_t n = ::write(in_, text.data() + sent, text.size() - sent);
            if (n > 0) sent += static_cast<size_t>(n);
            if (n < 0 && errno != EAGAIN && errno != EINTR) return std::nullopt;
        }
        if ((ends[0].revents & (POLLIN | POLLHUP)) == 0) continue;
        char buffer[65536];
        const ssize_t n = ::read(out_, buffer, sizeof buffer);
        if (n <= 0) return std::nullopt;
        answer.append(buffer, static_cast<size_t>(n));
        if (answer.ends_with(end)) return answer.substr(0, answer.size() - end.size());
    }
}

}  // namespace remit::smt
