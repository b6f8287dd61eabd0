// Runs the binary under test and tells what it did. Output goes through files, so that no amount of it can block.
#pragma once

#include <string>
#include <vector>

struct Ran {
    int exit = -1;  // -1: ended by a signal
    std::string out, err;
    long max_rss_kb = 0;
    double seconds = 0;
};
struct Setting {
    std::string input;  // standard input; ignored if input_file is given
    std::string input_file;
    std::string output_file;  // instead of `out`, e.g. /dev/full
    bool close_output = false;
    bool close_input = false;
    bool reader_gone = false;              // standard output is a pipe that nobody reads
    std::vector<std::string> environment;  // NAME=VALUE
};
Ran run_remit(const std::vector<std::string>& args, const Setting& setting = {});

/// A folder of its own that goes away with the object.
class Folder {
public:
    Folder();
    ~Folder();
    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    std::string write(const std::string& name, const std::string& text) const;

private:
    std::string folder_;
};
std::string read_all(const std::string& path);
/// A file of this folder.
std::string sample(const std::string& name);
