// Checksums and frames.
#include "host/evidence/journal/frame.h"

#include "host/evidence/journal/crc32c.h"
#include "host/evidence/journal/raw_frame.h"
#include "tests/catch.h"
#include "tests/evidence_journal/random.h"

using namespace remit::evidence;
using testing::Random;

TEST_CASE("crc32c gives the values of RFC 3720") {
    for (const auto f : {crc32c, crc32c_portable}) {
        CHECK(f(0, std::string(32, '\0')) == 0x8a9136aa);
        CHECK(f(0, std::string(32, '\xff')) == 0x62a8ab43);
        CHECK(f(0, "123456789") == 0xe3069283);
        CHECK(f(0, "") == 0);
        CHECK(f(f(0, "1234"), "56789") == 0xe3069283);
    }
}

TEST_CASE("both ways to compute crc32c agree at every length") {
    Random random(1);
    for (size_t n = 0; n < 300; ++n) {
        const std::string bytes = random.bytes(n);
        const auto seed = static_cast<uint32_t>(random.next());
        CHECK(crc32c(seed, bytes) == crc32c_portable(seed, bytes));
    }
}

namespace {

std::string finished(const std::string& frames, uint32_t chain) {
    std::string out = frames;
    for (size_t at = 0; at < out.size();) {
        const size_t bytes = frame_bytes(std::string_view(out).substr(at));
        finish_frame(&out[at], bytes, 1, chain);
        at += bytes;
    }
    return out;
}

}  // namespace

TEST_CASE("a record's frames come back as they were written") {
    Meta meta;
    meta.kind = Kind::Outcome;
    meta.chain.bytes = {1, 2, 3};
    meta.number = 0x0102030405060708;
    meta.answers = 7;
    SealedPayload payload{0x1122334455667788, {9, 8, 7}, 42, 3, "ciphertext"};
    std::string frames;
    const size_t appended = append_record(frames, meta, "the entry", {&payload, 1});
    CHECK(appended == frames.size());
    frames = finished(frames, 5);
    CHECK(frames.size() % kFrameAlignment == 0);

    uint32_t chain = 5;
    const FrameView first = next_frame(frames, chain);
    REQUIRE(first.kind == FrameKind::Payload);
    const SealedPayload got = payload_view(first.body);
    CHECK(got.key_id == payload.key_id);
    CHECK(got.nonce_prefix == payload.nonce_prefix);
    CHECK(got.nonce_counter == payload.nonce_counter);
    CHECK(got.role == payload.role);
    CHECK(got.ciphertext == payload.ciphertext);
    const FrameView second = next_frame(std::string_view(frames).substr(first.bytes), chain);
    REQUIRE(second.kind == FrameKind::Entry);
    CHECK(entry_meta(second.body) == meta);
    CHECK(entry_bytes(second.body) == "the entry");
    CHECK(first.bytes + second.bytes == frames.size());
}

TEST_CASE("no bit of a frame can change, and no frame follows another than its own") {
    std::string frames;
    append_record(frames, {}, "entry", {});
    frames = finished(frames, 5);
    uint32_t chain = 5;
    REQUIRE(next_frame(frames, chain).kind == FrameKind::Entry);
    for (size_t bit = 0; bit < frames.size() * 8; ++bit) {
        std::string wrong = frames;
        wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ (1 << (bit % 8)));
        chain = 5;
        CHECK(next_frame(wrong, chain).kind == FrameKind::End);
    }
    chain = 6;
    CHECK(next_frame(frames, chain).kind == FrameKind::End);
    for (size_t n = 0; n < frames.size(); ++n) {
        chain = 5;
        CHECK(next_frame(std::string_view(frames).substr(0, n), chain).kind == FrameKind::End);
    }
}

TEST_CASE("frames that nobody writes are none, whatever their checksum") {
    const auto kind_of = [](std::string frame) {
        uint32_t chain = 0;
        finish_frame(frame.data(), frame.size(), 1, chain);
        chain = 0;
        return next_frame(frame, chain).kind;
    };
    std::string entry;
    append_record(entry, {}, "entry", {});
    CHECK(kind_of(entry) == FrameKind::Entry);
    constexpr size_t kKindAt = 8;
    const auto with = [&](size_t at, char c) {
        std::string frame = entry;
        frame[at] = c;
        return kind_of(frame);
    };
    CHECK(with(kKindAt, 0) == FrameKind::End);
    CHECK(with(kKindAt, 6) == FrameKind::End);                                    // no such kind of frame
    CHECK(with(kKindAt + 2, 1) == FrameKind::End);                                // a byte that is always zero
    CHECK(with(kFrameHeaderBytes, static_cast<char>(kKinds)) == FrameKind::End);  // no such kind of record
    CHECK(with(kFrameHeaderBytes + 1, 1) == FrameKind::End);
    CHECK(with(entry.size() - 1, 1) == FrameKind::End);  // padding
    std::string short_entry;
    append_frame(short_entry, FrameKind::Entry, std::string(kEntryMetaBytes - 1, '\0'));
    CHECK(kind_of(short_entry) == FrameKind::End);
    std::string long_entry;
    append_frame(long_entry, FrameKind::Entry, std::string(kEntryMetaBytes + kMaxEntryBytes + 1, '\0'));
    CHECK(kind_of(long_entry) == FrameKind::End);
    std::string seal;
    append_frame(seal, FrameKind::Seal, "x");
    CHECK(kind_of(seal) == FrameKind::End);
}

TEST_CASE("kinds of records have the names of the table") {
    for (size_t i = 0; i < kKinds; ++i) {
        const auto kind = static_cast<Kind>(i);
        CHECK(kind_named(text_of(kind)) == kind);
    }
    CHECK(!kind_named("nothing"));
}
