// Digest: what a signature covers. State and time are not in it, so it stays the same while people decide; the call is decided
// again when it comes back.
//
// Format. Numbers are 8 bytes, least significant first. A text is its length (a number) and its bytes. A list is its length and its
// items. An optional is the number 0, or 1 and the thing.
//
//   digest = SHA-256( text "remit-approval-v1", text SHA-256(call), shown )
//   call   = list of policy hashes, the policy's own first (each a text of 32 bytes)
//            text nonce, text call id, text tool, text schema digest of the tool (32 bytes, of the policy's own layer)
//            list of arguments in declared order: text name, value        -- after defaults and normal forms
//            optional text call.data
//            list of labels by key: text key, optional text class, list of text source (sorted, each once)
//            text session id, text owner, text tenant, text tier, list of text role, list of text scope (both sorted, each once)
//            list of evidence by name: text name, text digest
//   shown  = list of obligations by signer: text by, number quorum, number within (ns), list of text with (sorted)
//            list of text risk term (sorted, each once; a parent's terms are written `policy/term`)
//            where some obligation is of a block that signatures override: list of text by of these
//   value  = number error (0: none; Err otherwise, and nothing follows), then by type:
//            bool, int, decimal (scaled), duration, timestamp (ns), symbol (rank): number
//            string, path, host, any (canonical JSON), url, email (normal form): text
//            ip, cidr: text of 16 bytes (v4 mapped), number of bits
//            list, set (sorted): list of value           record: its fields' values in declared order
#pragma once

#include <span>
#include <string>
#include <vector>

#include "vm/engine/bind.h"
#include "vm/engine/decision.h"
#include "vm/engine/policy.h"

namespace remit {

/// The part that does not depend on what is shown. `bound` is the policy's own layer.
Hash call_digest(const Request& request, const Bound& bound, std::span<const Layer> layers);
/// The whole, as `sha256:...`. Orders and repetitions of terms and evidence do not matter.
std::string approval_digest(const Hash& call, const Shown& shown);
/// What the decision shows now.
Shown shown_by(const Decision& decision);
/// Every obligation and term of `now` is within `then`: none is new, larger, or shorter in time.
bool is_within(const Shown& now, const Shown& then);

}  // namespace remit
