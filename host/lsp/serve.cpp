#include "host/lsp/server.h"
#include "host/lsp/transport/channel.h"

namespace remit::lsp {

namespace {

void take(Server& server, const Frame& frame) {
    if (frame.kind == Frame::Kind::Message)
        server.receive(frame.text);
    else
        server.complain(frame.text);
}

}  // namespace

int serve(int in, int out, Machine machine) {
    Channel channel(in, out);
    bool hung_up = false;
    Server server(std::move(machine), [&](std::string_view message) { hung_up = !channel.write(message) || hung_up; });
    while (!server.exited() && !hung_up) {
        // What has come in is read first, so that a request which was cancelled meanwhile is not worked on.
        for (;;) {
            if (server.waiting() >= kMaxWaiting) break;
            const auto frame = channel.read(false);
            if (!frame) break;
            take(server, *frame);
        }
        if (server.step()) continue;
        server.idle();
        if (auto frame = channel.read(true))
            take(server, *frame);
        else if (channel.ended())
            return 1;
    }
    return hung_up ? 1 : server.exit_code();
}

}  // namespace remit::lsp
