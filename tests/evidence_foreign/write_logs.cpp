// Writes published logs for verifiers that are not ours: good ones, and ones that somebody has tampered with.
//
//   OUT/vkey, OUT/witness.vkey, OUT/public.pem       the only things that a verifier trusts
//   OUT/good/NAME, OUT/bad/NAME                      a log each: log/ as published, and beside it
//     proofs/INDEX.tlog-proof, proofs/INDEX.entry    our inclusion proofs
//     consistency/SIZE                               our proof that the log extends its first SIZE entries: root and hashes
//     known                                          a checkpoint seen earlier, which the log must extend
//     concerns                                       bad ones: which verifiers must refuse it
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>

#include "tests/evidence_tree/published_log.h"

namespace fs = std::filesystem;
using namespace remit;
using namespace remit::evidence;

namespace {

void need(bool holds, const std::string& what) {
    if (holds) return;
    std::cerr << "cannot write " << what << "\n";
    std::exit(1);
}

std::string read(const fs::path& path) {
    std::ostringstream out;
    out << std::ifstream(path, std::ios::binary).rdbuf();
    return out.str();
}

void write(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << bytes;
    need(out.flush().good(), path);
}

std::string base64_line(const Hash& hash) {
    return base64({reinterpret_cast<const char*>(hash.data()), hash.size()}) + "\n";
}

std::string entry_of(size_t i) {
    return "{\"head\":{\"kind\":\"intent\",\"n\":" + std::to_string(i) + "},\"record\":{\"note\":\"" +
           std::string(i % 61, 'r') + "\"}}";
}

std::vector<std::string> entries_of(size_t count) {
    std::vector<std::string> out;
    for (size_t i = 0; i < count; ++i) out.push_back(entry_of(i));
    return out;
}

Hash root_of(std::span<const std::string> entries) {
    Frontier frontier;
    for (const std::string& entry : entries) frontier.add(leaf_hash(entry));
    return frontier.root();
}

/// Publishes in several steps, as a running log does, and writes proofs.
void write_log(const fs::path& at, std::span<const std::string> entries) {
    const auto disk = posix_disk(at.string());
    const auto tiles = TileWriter::open(*disk, "log");
    const size_t size = entries.size();
    for (size_t step : {size / 7, size / 2, size}) need(tiles.ok() && publish(**tiles, entries, step), at);
    const std::string note = signed_checkpoint(size, (*tiles)->frontier().root());
    const auto source = tile_source(*disk, "log", size);
    for (size_t i = 0; i < size; i += 1 + size / 9) {
        const auto proof = inclusion_proof(*source, i, size);
        need(proof.ok(), at);
        write(at / "proofs" / (std::to_string(i) + ".tlog-proof"), proof_text(i, *proof, note));
        write(at / "proofs" / (std::to_string(i) + ".entry"), entries[i]);
    }
    for (size_t old = 1; old <= size; old = old * 3 + 1) {
        const auto proof = consistency_proof(*source, old, size);
        need(proof.ok(), at);
        std::string text = base64_line(root_of(entries.first(old)));
        for (const Hash& hash : *proof) text += base64_line(hash);
        write(at / "consistency" / std::to_string(old), text);
    }
    if (size > 1) write(at / "known", signed_checkpoint(size / 2, root_of(entries.first(size / 2))));
}

/// Copies a good log and changes it.
struct Tampering {
    fs::path out;

    void operator()(const std::string& name, const std::string& base, const std::string& concerns,
                    const std::function<void(const fs::path&)>& change) const {
        const fs::path at = out / "bad" / name;
        fs::create_directories(at.parent_path());
        fs::copy(out / "good" / base, at, fs::copy_options::recursive);
        write(at / "concerns", concerns + "\n");
        change(at);
    }
};

void flip(const fs::path& path, size_t byte, int bit) {
    std::string bytes = read(path);
    need(byte < bytes.size(), path);
    bytes[byte] = static_cast<char>(bytes[byte] ^ (1 << bit));
    write(path, bytes);
}

void edit(const fs::path& path, const std::function<void(std::string&)>& change) {
    std::string bytes = read(path);
    change(bytes);
    write(path, bytes);
}

/// The checkpoint's signatures stay, its text becomes another.
void forge(const fs::path& log, const Checkpoint& checkpoint) {
    edit(log / "checkpoint", [&](std::string& note) { note.replace(0, note.find("\n\n") + 1, to_text(checkpoint)); });
}

void tamper_with_files(const Tampering& bad) {
    bad("tile-bit", "1000", "go", [](const fs::path& at) { flip(at / "log/tile/0/001", 700, 3); });
    bad("partial-tile-bit", "1000", "go", [](const fs::path& at) { flip(at / "log/tile/0/003.p/232", 7000, 0); });
    bad("upper-tile-bit", "70000", "go", [](const fs::path& at) { flip(at / "log/tile/1/000", 8191, 7); });
    bad("uppermost-tile-bit", "70000", "go", [](const fs::path& at) { flip(at / "log/tile/2/000.p/1", 0, 0); });
    bad("tile-cut", "1000", "go",
        [](const fs::path& at) { edit(at / "log/tile/0/002", [](auto& b) { b.pop_back(); }); });
    bad("tile-missing", "1000", "go", [](const fs::path& at) { fs::remove(at / "log/tile/0/002"); });
    bad("entry-bit", "1000", "go", [](const fs::path& at) { flip(at / "log/tile/entries/001", 5000, 5); });
    bad("entry-length", "1000", "go", [](const fs::path& at) { flip(at / "log/tile/entries/002", 1, 0); });
    bad("bundle-cut", "1000", "go",
        [](const fs::path& at) { edit(at / "log/tile/entries/003.p/232", [](auto& b) { b.resize(b.size() - 10); }); });
    bad("bundle-longer", "1000", "go",
        [](const fs::path& at) { edit(at / "log/tile/entries/000", [](auto& b) { b += std::string(2, '\0'); }); });
    bad("bundle-missing", "256", "go", [](const fs::path& at) { fs::remove(at / "log/tile/entries/000"); });
    bad("proof-entry-bit", "1000", "go node", [](const fs::path& at) { flip(at / "proofs/0.entry", 3, 3); });
    bad("proof-of-another", "1000", "go node", [](const fs::path& at) {
        fs::copy_file(at / "proofs/112.entry", at / "proofs/0.entry", fs::copy_options::overwrite_existing);
    });
    bad("proof-index", "1000", "go node", [](const fs::path& at) {
        edit(at / "proofs/112.tlog-proof", [](auto& text) { text.replace(text.find("index 112"), 9, "index 113"); });
    });
    bad("proof-hash", "1000", "go node", [](const fs::path& at) {
        edit(at / "proofs/224.tlog-proof", [](auto& text) {
            char& c = text[text.find("index 224") + 14];
            c = c == 'A' ? 'B' : 'A';
        });
    });
}

/// Two entries change places: only in the bundle, or in the bundle and the tile of leaves.
void swap_entries(const fs::path& at, bool in_tile) {
    const auto disk = posix_disk(at.string());
    auto entries = read_bundle(*disk, "log", 0, kTileWidth);
    need(entries.ok(), at);
    std::swap((*entries)[10], (*entries)[20]);
    std::string bundle;
    for (const std::string& entry : *entries) {
        bundle += static_cast<char>(entry.size() >> 8);
        bundle += static_cast<char>(entry.size());
        bundle += entry;
    }
    write(at / "log/tile/entries/000", bundle);
    if (!in_tile) return;
    edit(at / "log/tile/0/000", [](std::string& hashes) {
        const std::string tenth = hashes.substr(320, 32);
        hashes.replace(320, 32, hashes, 640, 32).replace(640, 32, tenth);
    });
}

void tamper_with_history(const Tampering& bad) {
    const std::vector<std::string> entries = entries_of(1000);
    const Hash root = root_of(entries);
    const std::string origin = log_key().verifier.name;
    bad("swapped-in-bundle", "1000", "go", [](const fs::path& at) { swap_entries(at, false); });
    bad("swapped-in-bundle-and-tile", "1000", "go", [](const fs::path& at) { swap_entries(at, true); });
    bad("signature-bit", "1000", "go openssl", [](const fs::path& at) {
        edit(at / "log/checkpoint", [](std::string& note) {
            char& c = note[note.rfind(' ') + 20];
            c = c == 'A' ? 'B' : 'A';
        });
    });
    bad("root", "1000", "go openssl",
        [&](const fs::path& at) { forge(at / "log", {origin, 1000, root_of(entries_of(999))}); });
    bad("size", "1000", "go openssl", [&](const fs::path& at) { forge(at / "log", {origin, 999, root}); });
    bad("origin", "1000", "go openssl",
        [&](const fs::path& at) { forge(at / "log", {"log.example/other", 1000, root}); });
    bad("stranger", "1000", "go openssl", [&](const fs::path& at) {
        const auto stranger = make_signer(origin, PrivateKey::from_seed({99}));
        need(stranger.ok(), at);
        write(at / "log/checkpoint", signed_checkpoint(1000, root, *stranger));
    });
    bad("proof-signature", "257", "go node", [](const fs::path& at) {
        edit(at / "proofs/0.tlog-proof", [](std::string& text) {
            char& c = text[text.rfind(' ') + 20];
            c = c == 'A' ? 'B' : 'A';
        });
    });
    // Everything fits together and is signed; only who remembers can tell.
    bad("rolled-back", "257", "go", [&](const fs::path& at) { write(at / "known", signed_checkpoint(1000, root)); });
    bad("forked", "257", "go", [&](const fs::path& at) {
        std::vector<std::string> others = entries_of(100);
        others[40] = "another history";
        write(at / "known", signed_checkpoint(100, root_of(others)));
    });
    bad("deleted", "255", "go", [&](const fs::path& at) {
        // The same number of entries, but one in the middle is missing and all later ones moved up.
        std::vector<std::string> others = entries_of(256);
        others.erase(others.begin() + 100);
        fs::remove_all(at);
        write_log(at, others);
        write(at / "concerns", "go\n");
        write(at / "known", signed_checkpoint(255, root_of(entries_of(255))));
    });
}

void write_witnessed(const fs::path& out) {
    const auto witness = make_signer("witness.example/w1", PrivateKey::from_seed({33}), SignatureType::Cosignature);
    need(witness.ok(), out);
    write(out / "witness.vkey", to_text(witness->verifier) + "\n");
    const fs::path at = out / "good/witnessed";
    write_log(at, entries_of(300));
    edit(at / "log/checkpoint", [&](std::string& text) {
        auto note = parse_note(text);
        need(note.ok(), at);
        cosign(*note, *witness, 1'700'000'000);
        text = to_text(*note);
    });
    write(at / "witnessed", "");
    Tampering{out}("cosignature-bit", "witnessed", "go", [](const fs::path& bad) {
        edit(bad / "log/checkpoint", [](std::string& note) {
            char& c = note[note.rfind(' ') + 20];
            c = c == 'A' ? 'B' : 'A';
        });
    });
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return std::cerr << "usage: write_evidence_logs OUT\n", 2;
    const fs::path out = argv[1];
    fs::remove_all(out);
    write(out / "vkey", to_text(log_key().verifier) + "\n");
    write(out / "public.pem", to_pem(log_key().verifier.key));
    for (size_t size : {1, 20, 255, 256, 257, 1000, 70'000})
        write_log(out / "good" / std::to_string(size), entries_of(size));
    tamper_with_files({out});
    tamper_with_history({out});
    write_witnessed(out);
    return 0;
}
