#include "tests/fuzz/mutate_program.h"

#include <algorithm>
#include <limits>
#include <string>
#include <type_traits>

#include "vm/program/image_fields.h"

namespace remit::fuzz {

namespace {

/// Walks all that can be changed; changes the place number `target` and counts them all.
class Mutator {
public:
    Mutator(size_t target, std::mt19937& random) : target_(target), random_(random) {}
    template <class... T>
    void operator()(T&... values) {
        (one(values), ...);
    }
    size_t places() const { return places_; }

private:
    bool chosen() { return places_++ == target_; }
    size_t below(size_t n) { return n == 0 ? 0 : random_() % n; }

    void one(bool& value) {
        if (chosen()) value = !value;
    }
    void one(Hash& hash) {
        if (chosen()) hash[below(hash.size())] ^= static_cast<uint8_t>(1u << below(8));
    }
    void one(std::string& text) {
        if (!chosen()) return;
        static const std::string kTexts[] = {
            "", "a", "null", "{}", "[[]]", "1e400", "\"\\ud800\"", "(((a|b)*)*)*", "[", "\xFF", "*.a.b", "10.0.0.0/8"};
        switch (below(4)) {
            case 0: text = kTexts[below(std::size(kTexts))]; break;
            case 1: text.erase(below(text.size() + 1)); break;
            case 2: text.insert(below(text.size() + 1), kTexts[below(std::size(kTexts))]); break;
            default:
                if (!text.empty()) text[below(text.size())] = static_cast<char>(random_());
        }
    }
    void one(std::pair<uint32_t, uint32_t>& both) { (*this)(both.first, both.second); }
    template <class T>
    void one(std::vector<T>& values) {
        if (chosen()) table(values);
        for (T& value : values) one(value);
    }
    template <class T>
    void table(std::vector<T>& values) {
        const size_t at = below(values.size());
        switch (below(5)) {
            case 0: values.emplace_back(); break;
            case 1:
                if (!values.empty()) values.push_back(T(values[at]));
                break;
            case 2:
                if (!values.empty()) values.erase(values.begin() + static_cast<std::ptrdiff_t>(at));
                break;
            case 3:
                if (!values.empty()) std::swap(values[at], values.back());
                break;
            default: values.clear();
        }
    }
    template <class T>
    void one(T& value) {
        if constexpr (std::is_enum_v<T>) {
            if (chosen()) value = static_cast<T>(below(static_cast<size_t>(image::kLast<T>) + 1));
        } else if constexpr (std::is_integral_v<T>) {
            if (chosen()) value = number(value);
        } else {
            image::fields(*this, value);
        }
    }
    template <class T>
    T number(T value) {
        using U = std::make_unsigned_t<T>;
        switch (below(6)) {
            case 0: return static_cast<T>(U(value) + 1);
            case 1: return static_cast<T>(U(value) - 1);
            case 2: return 0;
            case 3: return std::numeric_limits<T>::max();
            case 4: return static_cast<T>(below(64));
            default: return static_cast<T>(U(value) ^ (U(1) << below(8 * sizeof(T))));
        }
    }

    size_t target_, places_ = 0;
    std::mt19937& random_;
};

/// How many places there are; changes the one that is `target`.
size_t places_in(std::vector<Program>& layers, std::mt19937& random, size_t target) {
    Mutator mutator(target, random);
    for (Program& program : layers) mutator(program);
    return mutator.places();
}

}  // namespace

void mutate(std::vector<Program>& layers, std::mt19937& random) {
    const size_t places = places_in(layers, random, std::numeric_limits<size_t>::max());
    if (places > 0) (void)places_in(layers, random, random() % places);
}

}  // namespace remit::fuzz
