#include "host/evidence/review/dsse.h"

#include <fmt/format.h>

#include <cstring>

#include "host/evidence/crypto/bytes.h"
#include "host/evidence/record/canonical.h"
#include "vm/engine/json.h"

namespace remit::evidence {

namespace {

/// `name+id`: a hint for people who have several keys.
std::string key_name(const VerifierKey& key) {
    const std::string text = to_text(key);
    return text.substr(0, text.find('+', key.name.size() + 1));
}

std::string_view text_of(const Json& object, std::string_view name) {
    const Json* member = object.find(name);
    return member != nullptr && member->is(JsonKind::String) ? member->text : std::string_view();
}

bool is_signed(const Json& signatures, std::string_view message, const VerifierKey& key) {
    for (const Json& one : signatures.children()) {
        const auto raw = one.is(JsonKind::Object) ? from_base64(text_of(one, "sig")) : std::nullopt;
        Signature signature;
        if (!raw || raw->size() != signature.size()) continue;
        std::memcpy(signature.data(), raw->data(), signature.size());
        if (verify(key.key, message, signature)) return true;
    }
    return false;
}

}  // namespace

std::string dsse_pae(std::string_view type, std::string_view body) {
    return fmt::format("DSSEv1 {} {} {} {}", type.size(), type, body.size(), body);
}

std::string make_envelope(std::string_view type, std::string_view body, const SignerKey& signer) {
    const Signature signature = signer.key.sign(dsse_pae(type, body));
    std::string out;
    CanonicalWriter w(out);
    w.open_object();
    w.text("payload", base64(body));
    w.text("payloadType", type);
    w.key("signatures");
    w.open_array();
    w.open_object();
    w.text("keyid", key_name(signer.verifier));
    w.text("sig", base64({reinterpret_cast<const char*>(signature.data()), signature.size()}));
    w.close_object();
    w.close_array();
    w.close_object();
    return out;
}

Result<std::string> open_envelope(std::string_view envelope, std::string_view type, const VerifierKey& key) {
    Arena arena;
    JsonReader reader;
    const Json* json = reader.read(envelope, arena);
    if (json == nullptr) return Failure{"it is no JSON: " + reader.error()};
    const Json* signatures = json->is(JsonKind::Object) ? json->find("signatures") : nullptr;
    if (signatures == nullptr || !signatures->is(JsonKind::Array)) return Failure{"it is no DSSE envelope"};
    if (text_of(*json, "payloadType") != type) return Failure{fmt::format("its payload is not of type {}", type)};
    auto body = from_base64(text_of(*json, "payload"));
    if (!body) return Failure{"its payload is not base64"};
    if (!is_signed(*signatures, dsse_pae(type, *body), key)) return Failure{"it is not signed by " + key.name};
    return std::move(*body);
}

}  // namespace remit::evidence
