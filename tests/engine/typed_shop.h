// A bound session of the shop and calls of its tools.
#pragma once

#include "tests/catch.h"
#include "tests/engine/builder.h"
#include "vm/engine/call.h"
#include "vm/value/scalar.h"

namespace remit::test {

inline const int64_t kNow = *parse_timestamp("2026-11-23T10:00:00Z");

inline SessionSpec shop_session() {
    return {"s-9", "", "prod", "acme", "ops@acme.example", "standard", {"responder"}, {"*"}, kNow + 8 * kHour, false};
}
inline std::shared_ptr<const Session> bound_session(const std::shared_ptr<const Policy>& policy,
                                                    const SessionSpec& spec) {
    auto session = Session::bind(policy, spec);
    if (!session.ok()) FAIL(session.error());
    return *session;
}

/// pay.refund of 300.00 for order A-1, as Ask has it.
inline void refund(Call& call, const Session& session) {
    const Names& names = session.policy()->names();
    call.begin(session, names.tool("pay.refund"));
    call.set_time(kNow);
    call.set_text(names.param(kRefund, "order"), "A-1");
    call.set_int(names.param(kRefund, "amount"), 300'00);
}

}  // namespace remit::test
