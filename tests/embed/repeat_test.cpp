// One call decides one request after another, and sets only what differs. Nothing of an earlier request may show: each
// decision is compared with that of a call that has just been opened.
#include <cstring>
#include <random>
#include <string>

#include "tests/embed/fixture.h"

using namespace remit::test;

namespace {

/// A request at random, close to the one before: a gateway's requests are alike.
struct Requests {
    explicit Requests(Host& host) : host_(host) {
        for (const char* name : {"order", "amount", "how", "notes"}) {
            remit_parameter parameter = remit_init<remit_parameter>();
            REQUIRE(remit_parameter_find(host.runtime, host.policy, host.refund, str(name), &parameter, nullptr) ==
                    REMIT_OK);
            parameters_[count_++] = parameter.index;
        }
        REQUIRE(remit_tool_find(host.runtime, host.policy, str("orders.read"), &read_, nullptr) == REMIT_OK);
        request_ = host.request(9900);
        request_.arguments = arguments_;
        request_.states = states_;
        arguments_[0] = host.arguments[0];
        arguments_[1] = host.arguments[1];
        states_[0] = host.states[0];
        states_[1] = host.states[1];
    }
    uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }

    const remit_request& next() {
        static constexpr int64_t kAmounts[] = {-1, 0, 9900, 10000, 10001, 30000, 50000, 50001};
        for (uint32_t changes = below(3); changes > 0; --changes) {
            remit_argument& a = arguments_[below(4)];
            switch (below(14)) {
                case 0: request_.argument_count = 1 + below(4); break;
                case 1: a.parameter = parameters_[below(4)]; break;
                case 2: a.kind = 1 + below(5); break;
                case 3: a.number = kAmounts[below(8)]; break;
                case 4:
                    arguments_[1] = {parameters_[1], REMIT_VALUE_INTEGER, kAmounts[below(8)], {}, nullptr, 0, 0};
                    break;
                case 5: text_[0] = static_cast<char>('0' + below(10)); break;  // the same address, other bytes
                case 6: a.text = below(2) == 0 ? str({text_, 4}) : str("[]"); break;
                case 7: a.origins = &kOrigin, a.origin_count = below(2); break;
                case 8: a.data_class = below(5); break;
                case 9: request_.tool = below(4) == 0 ? read_ : host_.refund; break;
                case 10:
                    request_.time = 1'790'000'000'000'000'000 + (below(6) == 0 ? 20'000'000'000'000'000 : below(9));
                    break;
                case 11: states_[below(2)].number = below(2); break;
                case 12: request_.state_count = below(8) == 0 ? 1 : 2; break;
                case 13: request_.data = below(5), request_.high_water = below(3), request_.isolation = below(5); break;
            }
        }
        if (below(8) == 0) request_.argument_count = 2, arguments_[0] = host_.arguments[0];
        return request_;
    }

private:
    static constexpr remit_origin kOrigin = REMIT_ORIGIN_USER;
    Host& host_;
    std::mt19937 random_{20261123};
    uint32_t parameters_[4], count_ = 0;
    char text_[5] = "1.00";
    remit_tool read_{};
    remit_request request_{};
    remit_argument arguments_[4] = {};
    remit_state_value states_[2] = {};
};

struct Answer {
    remit_status status = REMIT_OK;
    remit_ruling ruling = remit_init<remit_ruling>();
};
Answer judge(Host& host, remit_call call, const remit_request& request) {
    Answer answer;
    answer.status = remit_judge(host.runtime, call, &request, &answer.ruling, nullptr);
    return answer;
}

}  // namespace

TEST_CASE("nothing of an earlier request shows") {
    Host host;
    Requests requests(host);
    uint32_t verdicts[3] = {}, refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        const remit_request& request = requests.next();
        remit_call fresh{};
        REQUIRE(remit_call_open(host.runtime, host.policy, &fresh, nullptr) == REMIT_OK);
        const Answer expected = judge(host, fresh, request), got = judge(host, host.call, request);
        REQUIRE(remit_call_free(host.runtime, fresh) == REMIT_OK);
        INFO("request " << i << " verdict " << got.ruling.verdict << " denial " << got.ruling.denial);
        REQUIRE(got.status == expected.status);
        if (got.status != REMIT_OK) {
            ++refused;
            continue;
        }
        ++verdicts[got.ruling.verdict];
        REQUIRE(std::memcmp(&got.ruling, &expected.ruling, sizeof got.ruling) == 0);
    }
    // Not all of one kind: the comparison says something.
    CHECK(verdicts[REMIT_ALLOW] > 100);
    CHECK(verdicts[REMIT_ASK] > 100);
    CHECK(verdicts[REMIT_DENY] > 100);
    CHECK(refused > 10);
}
