// Console: where a verb's words go. Standard output is buffered and remembers whether a write failed, so that a full
// disk or a closed pipe becomes an exit code; standard error is written at once. One Console for a process; not
// thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace remit::cli {

/// What the process says when it ends. Higher is worse; a verb over many files gives the worst.
enum class Exit : int {
    Fine = 0,
    Wrong = 1,        // the thing asked about is wrong: diagnostics, failed tests
    Usage = 2,        // the command line
    Environment = 3,  // unreadable file, full disk, closed output
};
inline Exit worse(Exit a, Exit b) { return a > b ? a : b; }

enum class ColorMode { Auto, Always, Never };

/// Buffered bytes to one file descriptor. After the first failed write the rest is dropped.
class Output {
public:
    explicit Output(int fd) : fd_(fd) {}
    ~Output() { flush(); }
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    void write(std::string_view text);
    void line(std::string_view text);
    bool flush();
    bool failed() const { return error_ != 0; }
    /// errno of the write that failed, or 0.
    int error() const { return error_; }

private:
    int fd_;
    int error_ = 0;
    std::string buffer_;
};

class Console {
public:
    /// Auto: colour on a terminal only, and not if NO_COLOR is set or TERM is `dumb`.
    void set_color(ColorMode mode);
    bool color_out() const { return color_out_; }
    bool color_err() const { return color_err_; }
    bool err_is_terminal() const;

    Output& out() { return out_; }
    /// `remit: error: TEXT` on standard error, after what standard output already holds.
    void error(std::string_view text);
    void warning(std::string_view text);
    /// Text as it is on standard error; the newline comes with it.
    void err(std::string_view text);
    /// The exit code in the end: `exit`, or Environment if standard output could not be written. Says why, except for
    /// a closed pipe.
    Exit finish(Exit exit);

private:
    Output out_{1};
    bool color_out_ = false, color_err_ = false;
};

/// `text` in a terminal colour: red, green, yellow, bold, dim; as it is when `on` is false.
enum class Paint { Red, Green, Yellow, Cyan, Bold, Dim };
std::string paint(bool on, Paint color, std::string_view text);
/// Escapes control characters, so that text from files and requests cannot steer the terminal.
std::string printable(std::string_view text);

/// Makes the process safe to write from: ignores SIGPIPE, and fills closed standard descriptors so that no file is
/// opened as one.
void prepare_process();

}  // namespace remit::cli
