#include "host/cli/console.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "host/cli/files.h"

namespace remit::cli {

namespace {

constexpr size_t kBufferBytes = 64u << 10;

bool wants_color(int fd) {
    const char* no_color = std::getenv("NO_COLOR");
    if (no_color != nullptr && *no_color != '\0') return false;
    const char* term = std::getenv("TERM");
    if (term != nullptr && std::strcmp(term, "dumb") == 0) return false;
    return ::isatty(fd) == 1;
}

std::string_view code(Paint color) {
    switch (color) {
        case Paint::Red: return "31";
        case Paint::Green: return "32";
        case Paint::Yellow: return "33";
        case Paint::Cyan: return "36";
        case Paint::Bold: return "1";
        case Paint::Dim: return "2";
    }
    return "0";
}

}  // namespace

void Output::write(std::string_view text) {
    if (failed()) return;
    buffer_.append(text);
    if (buffer_.size() >= kBufferBytes) flush();
}

void Output::line(std::string_view text) {
    write(text);
    write("\n");
}

bool Output::flush() {
    if (!failed() && !buffer_.empty()) error_ = write_all(fd_, buffer_);
    buffer_.clear();
    return !failed();
}

void Console::set_color(ColorMode mode) {
    color_out_ = mode == ColorMode::Always || (mode == ColorMode::Auto && wants_color(1));
    color_err_ = mode == ColorMode::Always || (mode == ColorMode::Auto && wants_color(2));
}

bool Console::err_is_terminal() const { return ::isatty(2) == 1; }

void Console::err(std::string_view text) {
    out_.flush();
    // Nowhere is left to complain to when standard error itself fails.
    (void)write_all(2, text);
}

void Console::error(std::string_view text) {
    err(fmt::format("{} {}\n", paint(color_err_, Paint::Red, "remit: error:"), printable(text)));
}

void Console::warning(std::string_view text) {
    err(fmt::format("{} {}\n", paint(color_err_, Paint::Yellow, "remit: warning:"), printable(text)));
}

Exit Console::finish(Exit exit) {
    out_.flush();
    if (!out_.failed()) return exit;
    if (out_.error() != EPIPE) error(fmt::format("cannot write to standard output: {}", std::strerror(out_.error())));
    return worse(exit, Exit::Environment);
}

std::string paint(bool on, Paint color, std::string_view text) {
    return on ? fmt::format("\x1b[{}m{}\x1b[0m", code(color), text) : std::string(text);
}

namespace {

/// How many bytes of `text` begin a character: 0 if they are no UTF-8. Long forms and surrogates are left to pass: they steer nothing.
size_t character(std::string_view text) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const size_t size = byte(0) < 0x80   ? 1
                        : byte(0) < 0xc2 ? 0
                        : byte(0) < 0xe0 ? 2
                        : byte(0) < 0xf0 ? 3
                        : byte(0) < 0xf5 ? 4
                                         : 0;
    if (size == 0 || size > text.size()) return 0;
    for (size_t i = 1; i < size; ++i)
        if ((byte(i) & 0xc0) != 0x80) return 0;
    return size;
}

/// Turns the direction of text, so that it reads otherwise than it is: U+200E, 200F, 202A to 202E, 2066 to 2069.
bool turns_text(std::string_view c) {
    if (c.size() != 3 || c[0] != '\xe2') return false;
    const auto last = static_cast<unsigned char>(c[2]);
    if (c[1] == '\x80') return last == 0x8e || last == 0x8f || (last >= 0xaa && last <= 0xae);
    return c[1] == '\x81' && last >= 0xa6 && last <= 0xa9;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const size_t size = character(text);
        const std::string_view c = text.substr(0, std::max<size_t>(size, 1));
        text.remove_prefix(c.size());
        const auto byte = static_cast<unsigned char>(c[0]);
        const bool control = size == 1 && ((byte < 0x20 && c[0] != '\n' && c[0] != '\t') || byte == 0x7f);
        const bool c1 = size == 2 && byte == 0xc2 && static_cast<unsigned char>(c[1]) < 0xa0;
        if (size != 0 && !control && !c1 && !turns_text(c)) {
            out += c;
            continue;
        }
        for (const char each : c) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(each));
    }
    return out;
}

void prepare_process() {
    std::signal(SIGPIPE, SIG_IGN);
    for (int fd = 0; fd <= 2; ++fd) {
        if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
        // The lowest free descriptor is `fd` itself. Opened against its direction, so that using it still fails.
        (void)::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
    }
}

}  // namespace remit::cli
