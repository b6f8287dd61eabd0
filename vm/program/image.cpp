#include "vm/program/image.h"

#include "vm/program/image_fields.h"
#include "vm/program/limits.h"
#include "vm/value/sha256.h"

namespace remit {
namespace {

constexpr std::string_view kMagic = "REMITIMG";
constexpr size_t kHeaderBytes = 8 + 4 + 8 + 32;
constexpr size_t kMaxDepth = 4 * limits::kMaxNesting;  // a nested type is a few structures deep

template <class T>
void put(std::string& out, T value) {
    auto bits = static_cast<uint64_t>(value);
    for (size_t i = 0; i < sizeof(T); ++i, bits >>= 8) out += static_cast<char>(bits & 0xFF);
}
template <class T>
T get(std::string_view bytes) {
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof(T); ++i)
        bits |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return static_cast<T>(bits);
}

class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}
    template <class... T>
    void operator()(const T&... values) {
        (one(values), ...);
    }

private:
    void one(bool value) { put<uint8_t>(out_, value ? 1 : 0); }
    void one(const std::string& text) {
        put(out_, static_cast<uint32_t>(text.size()));
        out_ += text;
    }
    void one(const Hash& hash) { out_.append(reinterpret_cast<const char*>(hash.data()), hash.size()); }
    template <class T>
    void one(const std::vector<T>& values) {
        put(out_, static_cast<uint32_t>(values.size()));
        for (const T& value : values) one(value);
    }
    void one(const std::pair<uint32_t, uint32_t>& both) { (*this)(both.first, both.second); }
    template <class T>
    void one(const T& value) {
        if constexpr (std::is_enum_v<T>)
            put(out_, static_cast<std::underlying_type_t<T>>(value));
        else if constexpr (std::is_integral_v<T>)
            put(out_, value);
        else
            image::fields(*this, value);
    }

    std::string& out_;
};

/// Reads until something is wrong; then every further read does nothing and `failed` says what.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}
    template <class... T>
    void operator()(T&... values) {
        (one(values), ...);
    }
    const char* failed() const { return failed_; }
    bool at_end() const { return rest_.empty(); }

private:
    std::string_view take(size_t n) {
        if (failed_ == nullptr && n > rest_.size()) failed_ = "ends too early";
        if (failed_ != nullptr) return {};
        const std::string_view bytes = rest_.substr(0, n);
        rest_.remove_prefix(n);
        return bytes;
    }
    template <class T>
    void number(T& value) {
        const std::string_view bytes = take(sizeof(T));
        if (failed_ == nullptr) value = get<T>(bytes);
    }
    void one(bool& value) {
        uint8_t byte = 0;
        number(byte);
        if (byte > 1) failed_ = "holds a flag that is neither 0 nor 1";
        value = byte == 1;
    }
    void one(std::string& text) {
        uint32_t size = 0;
        number(size);
        text = take(size);
    }
    void one(Hash& hash) {
        const std::string_view bytes = take(hash.size());
        if (failed_ == nullptr) std::copy(bytes.begin(), bytes.end(), hash.begin());
    }
    /// Grows with what is there, not with what the count promises.
    template <class T>
    void one(std::vector<T>& values) {
        uint32_t size = 0;
        number(size);
        if (size > rest_.size()) failed_ = "ends too early";
        for (uint32_t i = 0; i < size && failed_ == nullptr; ++i) one(values.emplace_back());
    }
    void one(std::pair<uint32_t, uint32_t>& both) { (*this)(both.first, both.second); }
    template <class T>
    void one(T& value) {
        if constexpr (std::is_enum_v<T>) {
            std::underlying_type_t<T> number_of{};
            number(number_of);
            if (number_of > static_cast<std::underlying_type_t<T>>(image::kLast<T>))
                failed_ = "holds an unknown kind";
            else
                value = static_cast<T>(number_of);
        } else if constexpr (std::is_integral_v<T>) {
            number(value);
        } else {
            if (++depth_ > kMaxDepth) failed_ = "is nested too deeply";
            if (failed_ == nullptr) image::fields(*this, value);
            --depth_;
        }
    }

    std::string_view rest_;
    const char* failed_ = nullptr;
    size_t depth_ = 0;
};

std::string sealed(const std::string& payload) {
    std::string out(kMagic);
    put(out, kImageVersion);
    put(out, static_cast<uint64_t>(payload.size()));
    const Hash hash = sha256(payload);
    out.append(reinterpret_cast<const char*>(hash.data()), hash.size());
    return out + payload;
}

Result<std::string_view> unsealed(std::string_view image) {
    if (!is_image(image)) return Failure{"not a compiled policy"};
    if (image.size() > limits::kMaxImageBytes) return Failure{"image is too large"};
    if (image.size() < kHeaderBytes) return Failure{"image ends too early"};
    const auto version = get<uint32_t>(image.substr(8));
    if (version > kImageVersion)
        return Failure{"image is of version " + std::to_string(version) + ", which is newer than this program reads"};
    if (version != kImageVersion)
        return Failure{"image is of version " + std::to_string(version) + ", which is not read any more"};
    const std::string_view payload = image.substr(kHeaderBytes);
    if (get<uint64_t>(image.substr(12)) != payload.size()) return Failure{"image is not of the length it states"};
    const Hash hash = sha256(payload);
    if (image.substr(20, 32) != std::string_view(reinterpret_cast<const char*>(hash.data()), hash.size())) {
        return Failure{"image is damaged: its contents do not have the digest it states"};
    }
    return payload;
}

template <class Layers>
std::string write_layers(const Layers& layers, size_t count) {
    std::string payload;
    put(payload, static_cast<uint32_t>(count));
    Writer write(payload);
    for (size_t i = 0; i < count; ++i) write(layers[i]);
    return sealed(payload);
}

}  // namespace

bool is_image(std::string_view bytes) { return bytes.substr(0, kMagic.size()) == kMagic; }

std::string write_images(const std::vector<Program>& layers) { return write_layers(layers, layers.size()); }
std::string write_image(const Program& program) { return write_layers(&program, 1); }

Result<std::vector<Program>> read_images(std::string_view image) {
    const auto payload = unsealed(image);
    if (!payload) return Failure{payload.error()};
    Reader read(*payload);
    uint32_t count = 0;
    read(count);
    if (read.failed() == nullptr && (count == 0 || count > limits::kMaxLayers)) {
        return Failure{"image has " + std::to_string(count) + " layers"};
    }
    std::vector<Program> layers;
    for (uint32_t i = 0; i < count && read.failed() == nullptr; ++i) read(layers.emplace_back());
    if (read.failed() != nullptr) return Failure{std::string("image ") + read.failed()};
    if (!read.at_end()) return Failure{"image goes on after its end"};
    return layers;
}

Result<Program> read_image(std::string_view image) {
    auto layers = read_images(image);
    if (!layers) return Failure{layers.error()};
    if (layers->size() != 1) return Failure{"image has " + std::to_string(layers->size()) + " layers"};
    return std::move(layers->front());
}

}  // namespace remit
