// Random shapes, rows and frames; the same seed every time. What the hand-written cases do not think of: mixtures of
// values that are computed before the rows, for each row and for each item, and exits between them.
#include <random>

#include "tests/jit/engines.h"

using namespace remit;
using namespace remit::test;

namespace {

using Random = std::mt19937_64;

class RandomShape {
public:
    RandomShape(Program& p, Random& random, const std::vector<uint32_t>& ints, uint32_t list)
        : random_(random), ints_(ints), a_(p) {
        list_ = a_.slot(list);
        for (int i = 0; i < 3; ++i) step(false);
        for (int i = below(12); i >= 0; --i) step(true);
        shape = a_.ret(truth());
    }
    uint32_t shape = 0;
    std::vector<Constant> params;

private:
    int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
    uint16_t pick(const std::vector<uint16_t>& from) {
        return from[static_cast<size_t>(below(static_cast<int>(from.size())))];
    }
    uint16_t number_in() {
        if (numbers_.empty() || below(3) == 0) {
            uint16_t fresh = 0;
            if (below(2)) {
                fresh = a_.slot(ints_[static_cast<size_t>(below(static_cast<int>(ints_.size())))]);
            } else {
                fresh = a_.param(kIntType);
                params.push_back(number(below(7) - 2));
            }
            if (in_loop_) return fresh;
            numbers_.push_back(fresh);
            return fresh;
        }
        return pick(numbers_);
    }
    uint16_t truth() {
        if (!truths_.empty() && below(4)) return pick(truths_);
        static constexpr Op kCompare[] = {Op::EqI, Op::LtI, Op::LeI, Op::AnyBits};
        const uint16_t x = number_in(), y = number_in();
        const uint16_t made = a_.op(kCompare[below(4)], x, y);
        if (!in_loop_) truths_.push_back(made);
        return made;
    }
    void loop() {
        static constexpr Op kLoops[] = {Op::ForAny, Op::ForAll, Op::ForCount, Op::ForSum};
        const Op kind = kLoops[below(4)];
        const uint16_t result = a_.loop(kind, list_, [&](uint16_t index) {
            in_loop_ = true;
            const uint16_t item = a_.item(list_, index);
            const uint16_t value = a_.op(below(2) ? Op::AddI : Op::SubI, item, number_in());
            const uint16_t made = kind == Op::ForSum ? value
                                                     : a_.op(Op::Or, a_.op(Op::LtI, value, number_in()), truth());
            in_loop_ = false;
            return made;
        });
        (kind == Op::ForAny || kind == Op::ForAll ? truths_ : numbers_).push_back(result);
    }
    void step(bool exits) {
        static constexpr Op kNumbers[] = {Op::AddI, Op::SubI, Op::MulI};
        static constexpr Op kTruths[] = {Op::And, Op::Or};
        switch (below(exits ? 8 : 6)) {
            case 0: {
                const uint16_t x = number_in(), y = number_in();
                numbers_.push_back(a_.op(kNumbers[below(3)], x, y));
                break;
            }
            case 1: numbers_.push_back(a_.op(Op::CountStep, number_in(), truth())); break;
            case 2: {
                const uint16_t x = truth(), y = truth();
                truths_.push_back(a_.op(kTruths[below(2)], x, y));
                break;
            }
            case 3: truths_.push_back(a_.op(Op::Not, truth())); break;
            case 4: truths_.push_back(a_.op(below(2) ? Op::Has : Op::IsNull, number_in())); break;
            case 5: truths_.push_back(a_.op(Op::InI, number_in(), list_)); break;
            case 6: loop(); break;
            default: a_.exit_false(truth());
        }
    }

    Random& random_;
    const std::vector<uint32_t>& ints_;
    ShapeAssembler a_;
    uint16_t list_ = 0;
    bool in_loop_ = false;
    std::vector<uint16_t> numbers_, truths_;
};

}  // namespace

TEST_CASE("random programs") {
    Random random(20261123);
    size_t hits = 0, rows = 0;
    for (int round = 0; round < 12; ++round) {
        Program p = empty_program();
        std::vector<uint32_t> ints{kSlotRisk, kSlotLane, kSlotTier};
        for (int i = 0; i < 4; ++i) ints.push_back(add_slot(p, kIntType));
        const uint32_t list = add_slot(p, kListType);
        StateDesc mark;
        mark.name = "m";
        mark.slot = ints.back();
        p.states.push_back(mark);
        for (int s = 0; s < 16; ++s) {
            const RandomShape shape(p, random, ints, list);
            static constexpr Action kActions[] = {Action::Note, Action::Allow, Action::Block,
                                                  Action::Risk, Action::Lane,  Action::Mark};
            const Action action = kActions[random() % 6];
            const size_t begin = p.rows.size();
            for (uint64_t r = 0; r < 1 + random() % 4; ++r) {
                std::vector<Constant> params = shape.params;
                for (Constant& c : params) c.number += static_cast<int64_t>(random() % 3) - 1;
                add_row(p, params, action == Action::Mark ? mark.slot : static_cast<int64_t>(random() % 3));
            }
            add_segment(p, action, shape.shape, begin);
        }
        const Engines engines(std::move(p));
        for (int f = 0; f < 60; ++f) {
            std::vector<V> frame = frame_of(engines.program());
            const auto any = [&]() -> V {
                const uint64_t n = random() % 12;
                if (n == 0) return error(static_cast<Err>(1 + random() % 7));
                if (n == 1) return {random() % 2 ? INT64_MAX : INT64_MIN, 0};
                return {static_cast<int64_t>(random() % 7) - 2, 0};
            };
            for (size_t i = 2; i < ints.size(); ++i) frame[ints[i]] = any();
            std::vector<V> items(random() % 4);
            for (V& item : items) item = any();
            const List values{static_cast<uint32_t>(items.size()), Kind::Int, items.data(), nullptr};
            frame[list] = random() % 8 == 0 ? error(Err::Absent) : ref(&values);
            hits += engines.agree(frame).matched.size();
            rows += engines.program().rows.size();
        }
    }
    CHECK(hits > rows / 5);  // neither nothing nor everything spoke
    CHECK(hits < rows * 4 / 5);
}
