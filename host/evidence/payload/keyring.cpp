#include "host/evidence/payload/keyring.h"

#include <fmt/format.h>

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <tuple>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/payload/slot.h"

namespace remit::evidence {

namespace {

constexpr const char* kKeysPath = "keys";
constexpr size_t kSlotsAhead = 128;        // zeroed at once: a full disk need not stop the next keys
constexpr size_t kMostSubkeys = 1u << 14;  // of other openings, kept for reading

/// Labels are looked up by views: most calls of most sessions find their key.
using LabelView = std::tuple<std::string_view, std::string_view, std::string_view>;
struct LabelLess {
    using is_transparent = void;
    static LabelView view(const KeyLabel& label) { return {label.tenant, label.subject, label.retention}; }
    static const LabelView& view(const LabelView& label) { return label; }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
        return view(a) < view(b);
    }
};

using Prefix = std::array<uint8_t, 16>;

}  // namespace

std::string label_text(std::string_view text) {
    return text.size() <= kMaxLabelText ? std::string(text) : to_text(sha256(text));
}

struct Keyring::Impl {
    struct Key {
        KeyInfo info;
        CipherKey key{};
        CipherKey own{};  // its subkey for this opening's nonces
        bool usable() const { return !info.destroyed && !info.damaged; }
        void forget() {
            wipe(key), wipe(own);
            info.label = {};
        }
    };
    Disk* disk = nullptr;
    std::unique_ptr<File> file;
    bool writing = false, broken = false;
    Prefix prefix{};
    std::atomic<uint64_t> counter{0};

    mutable std::shared_mutex mutex;
    std::deque<Key> keys;                          // key N is keys[N - 1]
    std::map<KeyLabel, uint64_t, LabelLess> live;  // the newest of a label
    uint64_t slots = 1;                            // of the file, zeroed ones too
    mutable std::map<std::pair<uint64_t, Prefix>, CipherKey> subkeys;
    mutable std::mutex subkeys_mutex;

    ~Impl() {
        for (Key& key : keys) key.forget();
        for (auto& [id, subkey] : subkeys) wipe(subkey);
    }
    Result<bool> load();
    bool is_new() const;
    bool makes_known(uint64_t id);
    void add(Slot slot);
    DiskStatus extend();
    bool subkey_for(const SealedPayload& sealed, CipherKey& out) const;
    bool known(uint64_t id) const {
        const std::shared_lock lock(mutex);
        return id >= 1 && id <= keys.size();
    }
};

// ---- the file ------------------------------------------------------------------------------------------------------

void Keyring::Impl::add(Slot slot) {
    Key& key = keys.emplace_back();
    key.info.id = keys.size();
    key.info.made_ns = slot.made_ns;
    key.info.destroyed = slot.state == SlotState::Destroyed;
    key.info.damaged = slot.state == SlotState::Damaged || slot.state == SlotState::Unused;
    if (!key.usable()) return;
    key.info.label = std::move(slot.label);
    key.key = slot.key;
    key.own = subkey(key.key, prefix);
    live[key.info.label] = key.info.id;
    wipe(slot.key);
}

/// Whether the file was made and never written, by somebody who died doing it: it has no byte but zeros, and no more than are made at
/// first.
bool Keyring::Impl::is_new() const {
    const uint64_t size = file->size();
    if (size > (kSlotsAhead + 1) * kSlotBytes) return false;
    std::string bytes(size, '\0');
    size_t got = 0;
    const bool read = file->read(0, bytes, got).ok();
    const bool zero = bytes.find_first_not_of('\0') == bytes.npos;
    wipe({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
    return read && zero;
}

/// Reads the slots behind those that are known.
Result<bool> Keyring::Impl::load() {
    if (is_new()) return true;
    slots = (file->size() + kSlotBytes - 1) / kSlotBytes;
    if (slots > kMaxKeys + kSlotsAhead + 1) return Failure{"keys: larger than any keyring"};
    std::string magic(kKeysMagic.size(), '\0');
    size_t got = 0;
    if (const DiskStatus read = file->read(0, magic, got); !read.ok()) return Failure{read.message};
    if (file->size() < kSlotBytes || magic != kKeysMagic) return Failure{"keys: not a keyring"};
    const uint64_t first = keys.size() + 1;
    if (first >= slots) return true;
    std::string bytes((slots - first) * kSlotBytes, '\0');  // the last slot may be half
    if (const DiskStatus read = file->read(first * kSlotBytes, bytes, got); !read.ok()) return Failure{read.message};
    std::vector<Slot> read;
    for (size_t at = 0; at < bytes.size(); at += kSlotBytes)
        read.push_back(decode_slot(std::string_view(bytes).substr(at, kSlotBytes)));
    wipe({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
    while (!read.empty() && read.back().state == SlotState::Unused) read.pop_back();
    for (Slot& slot : read) add(std::move(slot));
    return true;
}

/// For who reads: looks whether who writes has made the key since. What nobody made costs one slot's reading at most.
bool Keyring::Impl::makes_known(uint64_t id) {
    if (id >= 1 && id <= keys.size()) return true;
    if (id < 1 || id > kMaxKeys || (id + 1) * kSlotBytes > file->size()) return false;
    std::array<char, kSlotBytes> bytes{};
    size_t got = 0;
    if (!file->read(id * kSlotBytes, bytes, got).ok()) return false;
    const bool made = std::string_view(bytes.data(), bytes.size()).find_first_not_of('\0') != std::string_view::npos;
    wipe({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
    return made && load();
}

DiskStatus Keyring::Impl::extend() {
    const std::string zeros(kSlotsAhead * kSlotBytes, '\0');
    if (DiskStatus written = file->write(slots * kSlotBytes, zeros); !written.ok()) return written;
    if (DiskStatus synced = file->sync(); !synced.ok()) return synced;
    slots += kSlotsAhead;
    return {};
}

Keyring::Keyring(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Keyring::~Keyring() = default;

Result<std::unique_ptr<Keyring>> Keyring::open(Disk& disk, bool write) {
    auto impl = std::make_unique<Impl>();
    impl->disk = &disk;
    impl->writing = write;
    random_bytes(impl->prefix);
    DiskStatus opened = disk.open(kKeysPath, write ? OpenMode::Write : OpenMode::Read, impl->file);
    const bool missing = opened.error == DiskError::NotFound;
    if (write && (missing || (opened.ok() && impl->is_new()))) {
        if (missing) opened = disk.open(kKeysPath, OpenMode::CreateSecret, impl->file);
        std::string header(kKeysMagic);
        header.resize(kSlotBytes, '\0');
        if (opened.ok()) opened = impl->file->write(0, header);
        if (opened.ok()) opened = impl->extend();
        if (opened.ok()) opened = disk.sync_folder("");
    }
    if (!opened.ok()) return Failure{opened.message};
    if (auto loaded = impl->load(); !loaded) return Failure{loaded.error()};
    return std::unique_ptr<Keyring>(new Keyring(std::move(impl)));
}

// ---- keys ----------------------------------------------------------------------------------------------------------

Result<uint64_t> Keyring::key_for(std::string_view tenant, std::string_view subject, std::string_view retention,
                                  int64_t now_ns) {
    if (tenant.size() <= kMaxLabelText && subject.size() <= kMaxLabelText && retention.size() <= kMaxLabelText) {
        const std::shared_lock lock(impl_->mutex);
        if (const auto found = impl_->live.find(LabelView(tenant, subject, retention)); found != impl_->live.end())
            return found->second;
    }
    const KeyLabel label{label_text(tenant), label_text(subject), label_text(retention)};
    const std::unique_lock lock(impl_->mutex);
    if (const auto found = impl_->live.find(label); found != impl_->live.end()) return found->second;
    if (!impl_->writing) return Failure{"keys: open for reading only"};
    if (impl_->broken) return Failure{"keys: a key could not be written; open the log again"};
    const uint64_t number = impl_->keys.size() + 1;
    if (number > kMaxKeys) return Failure{fmt::format("keys: more than {}", kMaxKeys)};
    if (number >= impl_->slots) {
        if (const DiskStatus more = impl_->extend(); !more.ok()) return Failure{more.message};
    }
    Slot slot;
    slot.state = SlotState::Live;
    slot.made_ns = now_ns;
    slot.label = label;
    random_bytes(slot.key);
    auto bytes = encode(slot);
    DiskStatus done = impl_->file->write(number * kSlotBytes, {bytes.data(), bytes.size()});
    if (done.ok()) done = impl_->file->sync();
    wipe({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
    if (!done.ok()) {
        impl_->broken = true;  // nobody knows what is in the slot now
        return Failure{done.message};
    }
    impl_->add(std::move(slot));
    return number;
}

std::vector<KeyInfo> Keyring::list() const {
    const std::shared_lock lock(impl_->mutex);
    std::vector<KeyInfo> out;
    for (const Impl::Key& key : impl_->keys) out.push_back(key.info);
    return out;
}

Result<bool> Keyring::destroy(uint64_t id) {
    const std::unique_lock lock(impl_->mutex);
    if (!impl_->writing) return Failure{"keys: open for reading only"};
    if (id < 1 || id > impl_->keys.size()) return Failure{fmt::format("keys: there is no key {}", id)};
    Impl::Key& key = impl_->keys[id - 1];
    if (key.info.destroyed) return false;
    Slot slot;
    slot.state = SlotState::Destroyed;
    slot.made_ns = key.info.made_ns;
    const auto bytes = encode(slot);
    // From here on nobody uses it, also if the disk fails: then destroying it again may succeed.
    if (const auto found = impl_->live.find(key.info.label); found != impl_->live.end() && found->second == id)
        impl_->live.erase(found);
    key.forget();
    key.info.damaged = true;
    {
        const std::lock_guard guard(impl_->subkeys_mutex);
        for (auto& [of, subkey] : impl_->subkeys) wipe(subkey);
        impl_->subkeys.clear();
    }
    DiskStatus done = impl_->file->write(id * kSlotBytes, {bytes.data(), bytes.size()});
    if (done.ok()) done = impl_->file->sync();
    if (!done.ok()) return Failure{done.message};
    key.info.damaged = false;
    key.info.destroyed = true;
    return true;
}

// ---- payloads ------------------------------------------------------------------------------------------------------

Result<Keyring::Sealed> Keyring::seal(uint64_t key_id, uint8_t role, std::string_view payload,
                                      std::string& ciphertext) {
    if (payload.size() > kMaxPayloadBytes) return Failure{fmt::format("a payload of {} bytes", payload.size())};
    CipherKey own;
    {
        const std::shared_lock lock(impl_->mutex);
        if (key_id < 1 || key_id > impl_->keys.size() || !impl_->keys[key_id - 1].usable())
            return Failure{fmt::format("keys: key {} is gone", key_id)};
        own = impl_->keys[key_id - 1].own;
    }
    Sealed sealed;
    sealed.payload.key_id = key_id;
    sealed.payload.nonce_prefix = impl_->prefix;
    sealed.payload.nonce_counter = impl_->counter.fetch_add(1, std::memory_order_relaxed);
    sealed.payload.role = role;
    sealed.salt = salt_of(own, sealed.payload.nonce_counter);
    sealed.commitment = commitment(sealed.salt, payload);
    ciphertext.assign(payload);
    apply_stream(own, sealed.payload.nonce_counter, ciphertext);
    sealed.payload.ciphertext = ciphertext;
    wipe(own);
    return sealed;
}

/// The key's subkey for the opening that sealed it.
bool Keyring::Impl::subkey_for(const SealedPayload& sealed, CipherKey& out) const {
    const std::shared_lock lock(mutex);
    if (sealed.key_id < 1 || sealed.key_id > keys.size()) return false;
    const Key& key = keys[sealed.key_id - 1];
    if (!key.usable()) return false;
    if (sealed.nonce_prefix == prefix) {
        out = key.own;
        return true;
    }
    const std::lock_guard guard(subkeys_mutex);
    if (subkeys.size() >= kMostSubkeys) {
        for (auto& [of, old] : subkeys) wipe(old);
        subkeys.clear();
    }
    const auto [at, is_new] = subkeys.try_emplace({sealed.key_id, sealed.nonce_prefix});
    if (is_new) at->second = subkey(key.key, sealed.nonce_prefix);
    out = at->second;
    return true;
}

bool Keyring::decrypt(const SealedPayload& sealed, std::string& out) const {
    CipherKey own;
    if (!impl_->writing && !impl_->known(sealed.key_id)) {  // made since by who writes
        const std::unique_lock lock(impl_->mutex);
        if (!impl_->makes_known(sealed.key_id)) return false;
    }
    if (!impl_->subkey_for(sealed, own)) return false;
    out.assign(sealed.ciphertext);
    apply_stream(own, sealed.nonce_counter, out);
    wipe(own);
    return true;
}

Result<std::optional<Keyring::Opened>> Keyring::open_payload(const SealedPayload& sealed) const {
    Opened opened;
    if (!decrypt(sealed, opened.payload)) return std::optional<Opened>();
    CipherKey own;
    if (!impl_->subkey_for(sealed, own)) return std::optional<Opened>();
    opened.salt = salt_of(own, sealed.nonce_counter);
    wipe(own);
    return std::optional<Opened>(std::move(opened));
}

Hash Keyring::commit_value(const Hash& salt, std::string_view name, std::string_view canonical_value) {
    std::string bytes;
    bytes.reserve(8 + name.size() + canonical_value.size());
    for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(uint64_t{name.size()} >> shift);
    bytes += name;
    bytes += canonical_value;
    return commitment(salt, bytes);
}

}  // namespace remit::evidence
