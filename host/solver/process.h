// Process: a child that reads commands and answers them. Texts go in and out over pipes; a child that is late is killed.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vm/value/result.h"

namespace remit::smt {

class Process {
public:
    /// `memory_mb`: its address space.
    static Result<std::unique_ptr<Process>> start(const std::vector<std::string>& command, int memory_mb);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// Sends `text` and returns what comes back up to a line `mark`; nothing if that takes longer than `timeout_ms`, or the child is gone.
    std::optional<std::string> ask(const std::string& text, const std::string& mark, int timeout_ms);

private:
    Process(pid_t child, int in, int out) : child_(child), in_(in), out_(out) {}
    pid_t child_;
    int in_, out_;
};

}  // namespace remit::smt
