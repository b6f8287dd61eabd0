// PlainJson: the JSON that nearly all requests are made of, read in one pass: texts in ASCII without escapes, numbers without an
// exponent and of few digits. It refuses nothing: what it does not know it leaves to JsonReader's parser, which alone says what
// is JSON. Whatever it takes it takes as that parser would: tests/engine holds the two together.
#pragma once

#include <string_view>
#include <vector>

#include "vm/engine/json.h"

namespace remit {

class PlainJson {
public:
    /// Null: not plain, or not JSON. The tree and its texts live in `arena`.
    const Json* read(std::string_view text, Arena& arena);

private:
    struct Open {
        size_t first = 0;  // index into pending_ of its first child
        bool object = false;
        std::string_view key;  // under which it stands in its parent
    };
    bool value();
    bool open(bool object);
    bool close(bool object);
    bool key();
    bool string(std::string_view& out);
    bool number();
    bool word(std::string_view word, JsonKind kind, bool truth);
    bool add(Json node);
    void skip_space();

    Arena* arena_ = nullptr;
    const char* at_ = nullptr;  // in a copy of the text that ends with zeros
    const char* end_ = nullptr;
    std::vector<Json> pending_;  // the first count_: finished nodes whose parent is still open
    size_t count_ = 0;
    std::vector<Open> open_;
    std::string_view key_;
    size_t nodes_ = 0;
};

}  // namespace remit
