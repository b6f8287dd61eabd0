// Server: the Language Server Protocol 3.17 over messages. It takes one message at a time and answers through a sink; what is read and
// written is the business of serve(). One thread: a request is answered before the next is looked at, and one that was cancelled while it
// waited is not worked on. Diagnostics are computed when nothing else waits, so that typing is never behind.
//
// Never throws: what a message lacks, or has of a wrong type, is answered with an error of the protocol.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "host/lsp/workspace/machine.h"

namespace remit::lsp {

inline constexpr size_t kMaxWaiting = 10'000;  // messages that were read ahead

class Server {
public:
    using Sink = std::function<void(std::string_view message)>;
    Server(Machine machine, Sink sink);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Takes in a message; it waits for its turn.
    void receive(std::string text);
    /// Works on the next message. False if none waits.
    bool step();
    size_t waiting() const;
    /// Publishes diagnostics of what has changed. To be called when nothing waits.
    void idle();
    /// Input that was no message at all.
    void complain(std::string_view why);

    bool exited() const;
    /// 0 if `shutdown` came before `exit`, as the protocol wants it.
    int exit_code() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Serves one client over two file descriptors until it exits or hangs up; the exit code of the process.
int serve(int in, int out, Machine machine);

}  // namespace remit::lsp
