// Packet: all that an incident review needs to know of one action, in one file that proves itself: a DSSE envelope around an in-toto
// Statement v1, whose predicate holds the records exactly as the log has them, each with its inclusion proof.
// docs/packet.md describes the members. Readers need no part of the log, only its verifier key.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/evidence/review/find.h"
#include "host/evidence/review/reading.h"

namespace remit::evidence {

inline constexpr std::string_view kPacketPredicate = "https://remit.example/evidence/action/v1";
inline constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
inline constexpr std::string_view kPayloadType = "application/vnd.in-toto+json";
inline constexpr size_t kMaxPacketRecords = 256;
inline constexpr size_t kMaxPacketBytes = 4u << 20;  // what JsonReader takes

/// Why a record is in the packet.
// REMIT_PACKET_ROLE(Name, text, what it is)
#define REMIT_PACKET_ROLES(REMIT_PACKET_ROLE)                                               \
    REMIT_PACKET_ROLE(Action, "action", "the action itself: a decision or an intent")       \
    REMIT_PACKET_ROLE(Session, "session", "the opening of its chain: who, for whom")        \
    REMIT_PACKET_ROLE(Outcome, "outcome", "what became of it")                              \
    REMIT_PACKET_ROLE(Ask, "ask", "an earlier decision that asked about the same digest")   \
    REMIT_PACKET_ROLE(Approval, "approval", "a person's word on that digest")               \
    REMIT_PACKET_ROLE(Policy, "policy", "the policy version that decided comes into force") \
    REMIT_PACKET_ROLE(Parent, "parent", "the call that caused it, and the one that caused that")

enum class PacketRole : uint8_t {
#define REMIT_PACKET_ROLE(name, text, what) name,
    REMIT_PACKET_ROLES(REMIT_PACKET_ROLE)
#undef REMIT_PACKET_ROLE
};
std::string_view text_of(PacketRole role);
std::optional<PacketRole> packet_role_named(std::string_view text);

struct PacketOptions {
    bool payloads =
        false;  // open them, with their salts, so that commitments can be checked; what does not fit is left out
};
/// `index`: a decision or an intent; an outcome or an approval stands for the action it speaks of. All records must be published.
Result<std::string> make_packet(Reading& log, FindIndex& find, uint64_t index, const SignerKey& signer,
                                const PacketOptions& options);

/// What an envelope holds, once `verify_packet` has found nothing wrong with it.
struct PacketRecord {
    PacketRole role = PacketRole::Action;
    uint64_t index = 0;
    std::string entry;
    std::vector<std::pair<std::string, std::string>> payloads;  // role and bytes, compared with their commitments
};
struct PacketReport {
    std::vector<std::string> problems;  // none: it holds
    std::string action;                 // CHAIN.NUMBER
    Checkpoint checkpoint;
    std::vector<PacketRecord> records;
    bool holds() const { return problems.empty(); }
};
/// Checks all that can be checked without the log. `signer`: who signed the envelope, if that is not the log's own key.
PacketReport verify_packet(std::string_view packet, const VerifierKey& log, const VerifierKey* signer = nullptr);

}  // namespace remit::evidence
