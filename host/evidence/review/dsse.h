// DSSE v1.0 (Dead Simple Signing Envelope): a signature over bytes and their type, in JSON.
#pragma once

#include <string>
#include <string_view>

#include "host/evidence/tree/note.h"

namespace remit::evidence {

/// Pre-authentication encoding: what is signed.
std::string dsse_pae(std::string_view type, std::string_view body);
std::string make_envelope(std::string_view type, std::string_view body, const SignerKey& signer);
/// The body, if `key` signed it. Other signatures are not looked at.
Result<std::string> open_envelope(std::string_view envelope, std::string_view type, const VerifierKey& key);

}  // namespace remit::evidence
