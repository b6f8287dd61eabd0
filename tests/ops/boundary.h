// The boundary table: for each operation the operands where meaning is decided, and the results that a person has written down.
// The same cases are for every engine: `reviewed()` says what must come out, `crossed()` where engines must agree with `apply`.
// The table owns what its values point to; keep it alive while they are used.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "vm/ops/op_table.h"
#include "vm/ops/ops.h"
#include "vm/ops/regex.h"
#include "vm/value/scalar.h"

namespace remit::test {

struct BoundaryCase {
    Op op;
    V a, b;
    bool known = false;  // false: any result will do that `apply` gives as well
    V expected;
};

/// Equal as values of `kind`: by content where they are pointers.
inline bool same_value(Kind kind, V x, V y) {
    if (x.err != y.err) return false;
    if (x.err != 0) return true;
    switch (kind) {
        case Kind::Truth:
        case Kind::Int: return x.bits == y.bits;
        case Kind::Str:
        case Kind::Any: return as<Str>(x).view() == as<Str>(y).view();
        case Kind::Url: return as<Url>(x).text.view() == as<Url>(y).text.view();
        case Kind::Email: return as<Email>(x).text.view() == as<Email>(y).text.view();
        case Kind::Net: return op_EqN(x, y).bits == kTrue;
        case Kind::List: {
            const List &p = as<List>(x), &q = as<List>(y);
            if (p.size != q.size || p.item_kind != q.item_kind) return false;
            for (uint32_t i = 0; i < p.size; ++i) {
                if (!same_value(p.item_kind, p.items[i], q.items[i])) return false;
            }
            return true;
        }
        case Kind::Record: return x.bits == y.bits;
    }
    return false;
}

class BoundaryTable {
public:
    BoundaryTable() {
        fill_pools();
        review_logic();
        review_numbers();
        review_text();
        review_net();
        review_lists();
        review_windows();
    }
    BoundaryTable(const BoundaryTable&) = delete;
    BoundaryTable& operator=(const BoundaryTable&) = delete;

    const std::vector<BoundaryCase>& reviewed() const { return reviewed_; }

    /// Every operand of the pools with every other, for every operation.
    std::vector<BoundaryCase> crossed() const {
        std::vector<BoundaryCase> out;
        for (int n = 0; n < kFirstStructural; ++n) {
            const Op op = static_cast<Op>(n);
            const OpInfo& info = op_info(op);
            for (const V a : pool(info.a, list_items_of(info))) {
                if (info.arity == 1) out.push_back({op, a, V{}, false, V{}});
                if (info.arity == 1) continue;
                for (const V b : pool(info.b, list_items_of(info))) out.push_back({op, a, b, false, V{}});
            }
        }
        return out;
    }

    // ---- makers of values

    static V I(int64_t n) { return {n, 0}; }
    static V T(int64_t bits) { return {bits, 0}; }
    static V E(Err e) { return error(e); }
    V S(const std::string& text) { return ref(&strs_.emplace_back(str(text))); }
    /// The same expression as a program's constant: compiled.
    V R(const std::string& pattern) {
        regexes_.push_back(compile_regex(pattern));
        return ref(&regexes_.back()->text);
    }
    V U(const std::string& text) {
        const UrlParts p = parse_url(text).value();
        return ref(&urls_.emplace_back(Url{str(p.text), str(p.scheme), str(p.host), str(p.path), p.port}));
    }
    V M(const std::string& text) {
        const EmailParts p = parse_email(text).value();
        return ref(&emails_.emplace_back(Email{str(p.text), str(p.local), str(p.domain)}));
    }
    V N(const std::string& text) {
        const auto ip = parse_ip(text);
        return ref(&nets_.emplace_back(ip ? *ip : parse_cidr(text).value()));
    }
    V L(Kind kind, std::vector<V> items) {
        const auto& kept = items_.emplace_back(std::move(items));
        return ref(&lists_.emplace_back(List{static_cast<uint32_t>(kept.size()), kind, kept.data(), nullptr}));
    }
    V LI(std::vector<V> items) { return L(Kind::Int, std::move(items)); }
    V LS(const std::vector<std::string>& texts) {
        std::vector<V> items;
        for (const std::string& text : texts) items.push_back(S(text));
        return L(Kind::Str, std::move(items));
    }
    /// Two items with labels: trust 1 and 0, class 2 and 3, sources {0} and {1, 2}.
    V labelled() {
        const V one = LI({I(0)}), two = LI({I(1), I(2)});
        labels_.push_back({Label{1, 2, &as<List>(one)}, Label{0, 3, &as<List>(two)}});
        const V list = LI({I(10), I(20)});
        lists_.back().labels = labels_.back().data();
        return list;
    }

private:
    Str str(const std::string& text) {
        const std::string& kept = texts_.emplace_back(text);
        return {kept.data(), static_cast<uint32_t>(kept.size()), 0};
    }

    std::vector<V> pool(Kind kind, Kind items) const {
        std::vector<V> out;
        if (kind == Kind::List) {
            if (items != Kind::Str) out.insert(out.end(), int_lists_.begin(), int_lists_.end());
            if (items != Kind::Int) out.insert(out.end(), str_lists_.begin(), str_lists_.end());
        } else if (kind == Kind::Any) {
            for (const auto& one : pools_) out.insert(out.end(), one.begin(), one.end());
        } else {
            out = pools_[static_cast<size_t>(kind)];
        }
        if (kind == Kind::Truth) return out;
        for (int64_t e = 1; e < kErrCount; ++e) out.push_back({0, e});
        return out;
    }

    void fill_pools() {
        const auto of = [&](Kind k) -> std::vector<V>& { return pools_[static_cast<size_t>(k)]; };
        of(Kind::Truth) = {T(kFalse), T(kError), T(kTrue)};
        for (const int64_t n :
             {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{2}, int64_t{-2}, int64_t{63}, int64_t{1} << 31,
              int64_t{1} << 32, INT64_MIN, INT64_MIN + 1, INT64_MAX - 1, INT64_MAX}) {
            of(Kind::Int).push_back(I(n));
        }
        const std::string nul("a\0b", 3), big(300, 'a');
        for (const std::string& s : {std::string(),
                                     std::string("a"),
                                     std::string("ab"),
                                     std::string("abc"),
                                     std::string("b"),
                                     nul,
                                     big,
                                     std::string("*"),
                                     std::string("?"),
                                     std::string("a*"),
                                     std::string("*b"),
                                     std::string("*.a.com"),
                                     std::string("a.com"),
                                     std::string("x.a.com"),
                                     std::string("/"),
                                     std::string("/a"),
                                     std::string("/a/b"),
                                     std::string("/ab"),
                                     std::string("."),
                                     std::string("é"),
                                     std::string("日本"),
                                     std::string("\xff\x80"),
                                     std::string("("),
                                     std::string("(a|b)*"),
                                     std::string("[a-c]+")}) {
            of(Kind::Str).push_back(S(s));
        }
        of(Kind::Str).push_back(R("[a-c]+"));
        for (const char* s : {"https://a.com/", "http://a.com:8080/x", "https://x.a.com", "ftp://a.com/",
                              "https://[::1]/", "https://10.0.0.1/"})
            of(Kind::Url).push_back(U(s));
        for (const char* s : {"a@b.com", "A@B.com", "x.y+z@sub.b.com"}) of(Kind::Email).push_back(M(s));
        for (const char* s : {"0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "255.255.255.255", "::/0", "::1",
                              "2001:db8::/32", "2001:db8::1", "::ffff:10.1.2.3", "10.0.0.0/9"})
            of(Kind::Net).push_back(N(s));
        int_lists_ = {LI({}),    LI({I(1)}), LI({I(1), I(2)}), LI({I(INT64_MIN), I(0)}), LI({E(Err::Null), I(1)}),
                      labelled()};
        str_lists_ = {LS({}),
                      LS({"a"}),
                      LS({"a", "b"}),
                      LS({"", "é"}),
                      LS({"a.com:443", "*.a.com:*"}),
                      L(Kind::Str, {E(Err::Null), S("a")})};
        of(Kind::List) = int_lists_;
        record_items_ = {I(1), E(Err::Absent)};
        record_ = {2, record_items_.data()};
        of(Kind::Record) = {ref(&record_)};
        of(Kind::Any) = {S("null"), S("{\"a\":1}")};
    }

    void say(Op op, V a, V b, V expected) { reviewed_.push_back({op, a, b, true, expected}); }
    void say1(Op op, V a, V expected) { say(op, a, V{}, expected); }
    /// A guard of two operands: 1 true, 0 false, 2 error.
    void holds(Op op, V a, V b, int truth) { say(op, a, b, T(truth == 1 ? kTrue : truth)); }

    void review_logic() {
        const V f = T(kFalse), e = T(kError), t = T(kTrue);
        say(Op::And, t, t, t), say(Op::And, t, f, f), say(Op::And, f, e, f), say(Op::And, e, f, f),
            say(Op::And, e, t, e), say(Op::And, e, e, e);
        say(Op::Or, f, f, f), say(Op::Or, t, f, t), say(Op::Or, t, e, t), say(Op::Or, e, t, t), say(Op::Or, e, f, e),
            say(Op::Or, e, e, e);
        say1(Op::Not, t, f), say1(Op::Not, f, t), say1(Op::Not, e, e), say1(Op::Not, T(3), T(0)),
            say1(Op::Not, T(2), T(2));
        say1(Op::Has, I(0), t), say1(Op::Has, E(Err::Absent), f), say1(Op::Has, E(Err::Null), t),
            say1(Op::Has, E(Err::BadValue), t), say1(Op::Has, S(""), t);
        say1(Op::IsNull, E(Err::Null), t), say1(Op::IsNull, I(0), f), say1(Op::IsNull, E(Err::Absent), e),
            say1(Op::IsNull, E(Err::StaleFact), e), say1(Op::IsNull, S(""), f);
        say1(Op::Truth, I(0), f), say1(Op::Truth, I(1), t), say1(Op::Truth, E(Err::Absent), e),
            say1(Op::Truth, I(-1), t), say1(Op::Truth, I(INT64_MIN), t);
        say(Op::CountStep, I(0), t, I(1)), say(Op::CountStep, I(7), f, I(7)),
            say(Op::CountStep, I(7), e, E(Err::BadValue)), say(Op::CountStep, E(Err::Overflow), t, E(Err::Overflow)),
            say(Op::CountStep, I(INT64_MAX), t, E(Err::Overflow)),
            say(Op::CountStep, E(Err::Absent), e, E(Err::Absent));
    }

    void review_numbers() {
        const int64_t lo = INT64_MIN, hi = INT64_MAX;
        const V null = E(Err::Null), absent = E(Err::Absent), over = E(Err::Overflow);
        holds(Op::EqI, I(1), I(1), 1), holds(Op::EqI, I(1), I(2), 0), holds(Op::EqI, null, I(0), 2),
            holds(Op::EqI, I(0), null, 2), holds(Op::EqI, I(lo), I(hi), 0), holds(Op::EqI, null, null, 2);
        holds(Op::LtI, I(1), I(2), 1), holds(Op::LtI, I(2), I(2), 0), holds(Op::LtI, I(lo), I(hi), 1),
            holds(Op::LtI, I(-1), I(0), 1), holds(Op::LtI, absent, I(9), 2), holds(Op::LtI, I(hi), I(lo), 0);
        holds(Op::LeI, I(2), I(2), 1), holds(Op::LeI, I(3), I(2), 0), holds(Op::LeI, I(lo), I(lo), 1),
            holds(Op::LeI, I(-1), I(0), 1), holds(Op::LeI, I(9), absent, 2);
        say(Op::AddI, I(2), I(3), I(5)), say(Op::AddI, I(hi), I(1), over), say(Op::AddI, I(lo), I(-1), over),
            say(Op::AddI, I(hi), I(lo), I(-1)), say(Op::AddI, null, absent, null), say(Op::AddI, I(1), absent, absent);
        say(Op::SubI, I(2), I(3), I(-1)), say(Op::SubI, I(lo), I(1), over), say(Op::SubI, I(0), I(lo), over),
            say(Op::SubI, I(-1), I(lo), I(hi)), say(Op::SubI, absent, null, absent);
        say(Op::MulI, I(6), I(-7), I(-42)), say(Op::MulI, I(lo), I(-1), over), say(Op::MulI, I(-1), I(lo), over),
            say(Op::MulI, I(hi), I(0), I(0)), say(Op::MulI, I(int64_t{1} << 32), I(int64_t{1} << 31), over),
            say(Op::MulI, null, I(0), null);
        say1(Op::NegI, I(5), I(-5)), say1(Op::NegI, I(0), I(0)), say1(Op::NegI, I(lo), over),
            say1(Op::NegI, I(hi), I(lo + 1)), say1(Op::NegI, absent, absent);
        holds(Op::AnyBits, I(6), I(2), 1), holds(Op::AnyBits, I(4), I(2), 0), holds(Op::AnyBits, I(lo), I(-1), 1),
            holds(Op::AnyBits, I(0), I(-1), 0), holds(Op::AnyBits, null, I(-1), 2);
    }

    void review_text() {
        const V null = E(Err::Null);
        const std::string nul("a\0b", 3);
        holds(Op::EqS, S("abc"), S("abc"), 1), holds(Op::EqS, S("abc"), S("abd"), 0), holds(Op::EqS, S(""), S(""), 1),
            holds(Op::EqS, S(nul), S("a"), 0), holds(Op::EqS, S("A"), S("a"), 0), holds(Op::EqS, null, S("a"), 2);
        holds(Op::StartsS, S("abc"), S("ab"), 1), holds(Op::StartsS, S("ab"), S("abc"), 0),
            holds(Op::StartsS, S(""), S(""), 1), holds(Op::StartsS, S("abc"), S("b"), 0),
            holds(Op::StartsS, S("a"), null, 2);
        holds(Op::EndsS, S("abc"), S("bc"), 1), holds(Op::EndsS, S("bc"), S("abc"), 0),
            holds(Op::EndsS, S("abc"), S(""), 1), holds(Op::EndsS, S("abc"), S("ab"), 0),
            holds(Op::EndsS, null, S("a"), 2);
        holds(Op::ContainsS, S("abc"), S("b"), 1), holds(Op::ContainsS, S("abc"), S("ac"), 0),
            holds(Op::ContainsS, S(""), S(""), 1), holds(Op::ContainsS, S(""), S("a"), 0),
            holds(Op::ContainsS, S(nul), S("b"), 1), holds(Op::ContainsS, null, S(""), 2);
        for (const char* hit : {"*", "a*", "*c", "a*c", "abc", "???", "a?c", "**", "*b*", "?*?"})
            holds(Op::LikeS, S("abc"), S(hit), 1);
        for (const char* miss : {"", "b*", "ab", "????", "a?", "*d", "abc?", "[abc]*"})
            holds(Op::LikeS, S("abc"), S(miss), 0);
        holds(Op::LikeS, S("é"), S("?"), 1), holds(Op::LikeS, S("é"), S("??"), 0),
            holds(Op::LikeS, S("日本"), S("*?本"), 1), holds(Op::LikeS, S("é"), S("*??"), 0);
        holds(Op::LikeS, S(""), S("*"), 1), holds(Op::LikeS, S(""), S("?"), 0),
            holds(Op::LikeS, S("aXbXc"), S("a*X?"), 1), holds(Op::LikeS, null, S("*"), 2),
            holds(Op::LikeS, S("a\nb"), S("a*b"), 1);
        holds(Op::MatchesS, S("abc"), S("[a-c]+"), 1), holds(Op::MatchesS, S("abcd"), S("[a-c]+"), 0),
            holds(Op::MatchesS, S("abc"), S("("), 2), holds(Op::MatchesS, S(""), S(""), 1),
            holds(Op::MatchesS, S("xabc"), S("abc"), 0);
        holds(Op::MatchesS, S("abc"), R("[a-c]+"), 1), holds(Op::MatchesS, S("ab\n"), R("ab."), 0),
            holds(Op::MatchesS, S("日"), R("."), 1), holds(Op::MatchesS, null, R("a"), 2),
            holds(Op::MatchesS, S("a|b"), R("a|b"), 0);
        holds(Op::HostLike, S("a.com"), S("a.com"), 1), holds(Op::HostLike, S("x.a.com"), S("*.a.com"), 1),
            holds(Op::HostLike, S("a.com"), S("*.a.com"), 0), holds(Op::HostLike, S("x.y.a.com"), S("*.a.com"), 1),
            holds(Op::HostLike, S("ba.com"), S("*.a.com"), 0), holds(Op::HostLike, S("a.com"), S("*"), 0),
            holds(Op::HostLike, S("a.com"), S("*."), 0), holds(Op::HostLike, null, S("a.com"), 2),
            holds(Op::HostLike, S(".a.com"), S("*.a.com"), 0);
        holds(Op::InsideS, S("/a/b"), S("/a"), 1), holds(Op::InsideS, S("/ab"), S("/a"), 0),
            holds(Op::InsideS, S("/a"), S("/a"), 1), holds(Op::InsideS, S("/a"), S("/"), 1),
            holds(Op::InsideS, S("a/b"), S("/"), 0), holds(Op::InsideS, S("a/b"), S("."), 1),
            holds(Op::InsideS, S("/a"), S("."), 0), holds(Op::InsideS, S("/a"), S("/a/b"), 0),
            holds(Op::InsideS, null, S("/"), 2);
        say1(Op::LengthS, S(""), I(0)), say1(Op::LengthS, S("abc"), I(3)), say1(Op::LengthS, S("é"), I(2)),
            say1(Op::LengthS, S(nul), I(3)), say1(Op::LengthS, null, null);
    }

    void review_net() {
        const V null = E(Err::Null), stale = E(Err::StaleFact);
        const V plain = U("HTTPS://A.com:443"), odd = U("http://a.com:8080/x/../y?q=1#f"), ftp = U("ftp://a.com"),
                v6 = U("https://[::1]:8443/");
        say1(Op::UrlText, plain, S("https://a.com/")), say1(Op::UrlText, odd, S("http://a.com:8080/y?q=1#f")),
            say1(Op::UrlText, ftp, S("ftp://a.com/")), say1(Op::UrlText, v6, S("https://[::1]:8443/")),
            say1(Op::UrlText, null, null);
        say1(Op::UrlScheme, plain, S("https")), say1(Op::UrlScheme, odd, S("http")), say1(Op::UrlScheme, ftp, S("ftp")),
            say1(Op::UrlScheme, v6, S("https")), say1(Op::UrlScheme, stale, stale);
        say1(Op::UrlHost, plain, S("a.com")), say1(Op::UrlHost, odd, S("a.com")),
            say1(Op::UrlHost, U("http://A.COM./"), S("a.com")), say1(Op::UrlHost, v6, S("::1")),
            say1(Op::UrlHost, null, null);
        say1(Op::UrlPath, plain, S("/")), say1(Op::UrlPath, odd, S("/y")), say1(Op::UrlPath, ftp, S("/")),
            say1(Op::UrlPath, U("http://a/%2e%2E/b/"), S("/b/")), say1(Op::UrlPath, null, null);
        say1(Op::UrlPort, plain, I(443)), say1(Op::UrlPort, odd, I(8080)), say1(Op::UrlPort, U("http://a"), I(80)),
            say1(Op::UrlPort, ftp, E(Err::BadValue)), say1(Op::UrlPort, stale, stale);
        const V list = LS({"a.com:443", "*.b.com:*", "[::1]:8443"});
        holds(Op::UrlOn, plain, list, 1), holds(Op::UrlOn, odd, list, 0), holds(Op::UrlOn, U("ftp://x.b.com"), list, 1),
            holds(Op::UrlOn, U("https://b.com"), list, 0), holds(Op::UrlOn, v6, list, 1),
            holds(Op::UrlOn, plain, LS({}), 0), holds(Op::UrlOn, null, list, 2), holds(Op::UrlOn, plain, null, 2),
            holds(Op::UrlOn, plain, LS({"a.com", "a.com:", "a.com:4430", ":443"}), 0),
            holds(Op::UrlOn, ftp, LS({"a.com:-1"}), 0);
        const V mail = M("Jo@B.Com"), sub = M("a+b@x.b.com");
        say1(Op::EmailText, mail, S("Jo@b.com")), say1(Op::EmailText, sub, S("a+b@x.b.com")),
            say1(Op::EmailText, null, null), say1(Op::EmailText, M("é@b.com"), S("é@b.com")),
            say1(Op::EmailText, stale, stale);
        say1(Op::EmailLocal, mail, S("Jo")), say1(Op::EmailLocal, sub, S("a+b")), say1(Op::EmailLocal, null, null),
            say1(Op::EmailLocal, M("é@b.com"), S("é")), say1(Op::EmailLocal, stale, stale);
        say1(Op::EmailDomain, mail, S("b.com")), say1(Op::EmailDomain, sub, S("x.b.com")),
            say1(Op::EmailDomain, null, null), say1(Op::EmailDomain, M("a@10.0.0.1"), S("10.0.0.1")),
            say1(Op::EmailDomain, stale, stale);
        holds(Op::EqN, N("10.0.0.1"), N("10.0.0.1"), 1), holds(Op::EqN, N("10.0.0.1"), N("::ffff:10.0.0.1"), 1),
            holds(Op::EqN, N("10.0.0.0"), N("10.0.0.0/8"), 0), holds(Op::EqN, N("::1"), N("::2"), 0),
            holds(Op::EqN, null, N("::1"), 2), holds(Op::EqN, N("10.9.9.9/8"), N("10.0.0.0/8"), 1);
        holds(Op::InNet, N("10.1.2.3"), N("10.0.0.0/8"), 1), holds(Op::InNet, N("11.1.2.3"), N("10.0.0.0/8"), 0),
            holds(Op::InNet, N("10.0.0.0/8"), N("10.0.0.0/16"), 0),
            holds(Op::InNet, N("10.0.0.0/16"), N("10.0.0.0/8"), 1),
            holds(Op::InNet, N("10.128.0.0"), N("10.0.0.0/9"), 0),
            holds(Op::InNet, N("10.127.255.255"), N("10.0.0.0/9"), 1),
            holds(Op::InNet, N("1.2.3.4"), N("0.0.0.0/0"), 1), holds(Op::InNet, N("2001:db8::1"), N("0.0.0.0/0"), 0),
            holds(Op::InNet, N("2001:db8::1"), N("2001:db8::/32"), 1), holds(Op::InNet, N("::1"), null, 2);
    }

    void review_lists() {
        const V null = E(Err::Null), absent = E(Err::Absent), bad = E(Err::BadValue), none = LI({}),
                ints = LI({I(1), I(2), I(3)}), doubt = LI({null, I(1)});
        const V empty = LS({}), texts = LS({"a", "b"}), text_doubt = L(Kind::Str, {null, S("a")});
        say1(Op::SizeL, none, I(0)), say1(Op::SizeL, ints, I(3)), say1(Op::SizeL, texts, I(2)),
            say1(Op::SizeL, doubt, I(2)), say1(Op::SizeL, absent, absent);
        holds(Op::InI, I(2), ints, 1), holds(Op::InI, I(4), ints, 0), holds(Op::InI, I(1), none, 0),
            holds(Op::InI, I(1), doubt, 1), holds(Op::InI, I(2), doubt, 2), holds(Op::InI, null, none, 2),
            holds(Op::InI, I(1), absent, 2);
        holds(Op::InS, S("b"), texts, 1), holds(Op::InS, S("c"), texts, 0), holds(Op::InS, S(""), empty, 0),
            holds(Op::InS, S("a"), text_doubt, 1), holds(Op::InS, S("b"), text_doubt, 2),
            holds(Op::InS, null, texts, 2);
        holds(Op::OnlyI, LI({I(1), I(3)}), ints, 1), holds(Op::OnlyI, LI({I(1), I(4)}), ints, 0),
            holds(Op::OnlyI, none, ints, 0), holds(Op::OnlyI, ints, none, 0), holds(Op::OnlyI, doubt, ints, 2),
            holds(Op::OnlyI, LI({null, I(9)}), ints, 0), holds(Op::OnlyI, absent, ints, 2);
        holds(Op::OnlyS, LS({"a"}), texts, 1), holds(Op::OnlyS, LS({"a", "c"}), texts, 0),
            holds(Op::OnlyS, empty, texts, 0), holds(Op::OnlyS, texts, texts, 1), holds(Op::OnlyS, texts, null, 2),
            holds(Op::OnlyS, text_doubt, texts, 2);
        holds(Op::MeetsI, LI({I(9), I(3)}), ints, 1), holds(Op::MeetsI, LI({I(9)}), ints, 0),
            holds(Op::MeetsI, none, none, 0), holds(Op::MeetsI, doubt, ints, 1),
            holds(Op::MeetsI, doubt, LI({I(7)}), 2), holds(Op::MeetsI, null, none, 2);
        holds(Op::MeetsS, LS({"z", "b"}), texts, 1), holds(Op::MeetsS, LS({"z"}), texts, 0),
            holds(Op::MeetsS, empty, texts, 0), holds(Op::MeetsS, text_doubt, texts, 1),
            holds(Op::MeetsS, texts, absent, 2);
        say(Op::ItemI, ints, I(0), I(1)), say(Op::ItemI, ints, I(2), I(3)), say(Op::ItemI, ints, I(3), bad),
            say(Op::ItemI, ints, I(-1), bad), say(Op::ItemI, none, I(0), bad), say(Op::ItemI, doubt, I(0), null),
            say(Op::ItemI, absent, null, absent), say(Op::ItemI, ints, null, null),
            say(Op::ItemI, ints, I(INT64_MAX), bad);
        const V labels = labelled();
        say(Op::ItemTrust, labels, I(0), I(1)), say(Op::ItemTrust, labels, I(1), I(0)),
            say(Op::ItemTrust, labels, I(2), bad), say(Op::ItemTrust, labels, I(-1), bad),
            say(Op::ItemTrust, ints, I(0), bad), say(Op::ItemTrust, absent, null, absent);
        say(Op::ItemClass, labels, I(0), I(2)), say(Op::ItemClass, labels, I(1), I(3)),
            say(Op::ItemClass, labels, I(INT64_MAX), bad), say(Op::ItemClass, ints, I(0), bad),
            say(Op::ItemClass, labels, null, null);
        say(Op::ItemSources, labels, I(0), LI({I(0)})), say(Op::ItemSources, labels, I(1), LI({I(1), I(2)})),
            say(Op::ItemSources, labels, I(INT64_MIN), bad), say(Op::ItemSources, none, I(0), bad),
            say(Op::ItemSources, null, I(0), null);
    }

    /// A window in Berlin's time. 2026-11-23 is a Monday.
    V berlin(std::vector<int64_t> rest) {
        std::vector<V> items;
        for (const int64_t n : {3600, 7200, 3, 5, 0, 7200, 10, 5, 0, 10'800}) items.push_back(I(n));
        for (const int64_t n : rest) items.push_back(I(n));
        return LI(std::move(items));
    }

    void review_windows() {
        const auto at = [](const char* text) { return I(parse_timestamp(text).value()); };
        const V office = berlin({1, 540, 1050, 20780, 20781});  // mon 09:00-17:30, closed 2026-11-23 and 24
        const V mondays = berlin({1, 540, 1050}), always = berlin({1, 0, 10'080}), never = berlin({0});
        holds(Op::During, at("2026-11-16T08:00:00Z"), office, 1),
            holds(Op::During, at("2026-11-23T08:00:00Z"), office, 0),
            holds(Op::During, at("2026-11-23T08:00:00Z"), mondays, 1),
            holds(Op::During, at("2026-11-23T07:59:59.999999999Z"), mondays, 0),
            holds(Op::During, at("2026-11-23T16:29:59Z"), mondays, 1),
            holds(Op::During, at("2026-11-23T16:30:00Z"), mondays, 0),
            holds(Op::During, at("2026-07-06T07:00:00Z"), mondays, 1),
            holds(Op::During, at("2026-07-06T06:59:00Z"), mondays, 0), holds(Op::During, I(INT64_MIN), always, 1),
            holds(Op::During, I(INT64_MAX), always, 1), holds(Op::During, I(0), never, 0),
            holds(Op::During, E(Err::Null), always, 2), holds(Op::During, I(0), E(Err::Absent), 2);
        // Clocks go from 02:00 to 03:00 on 2026-03-29, a Sunday, and from 03:00 back to 02:00 on 2026-10-25.
        const V night = berlin({1, 6 * 1440 + 120, 6 * 1440 + 180});
        holds(Op::During, at("2026-03-29T00:59:59Z"), night, 0),
            holds(Op::During, at("2026-03-29T01:00:00Z"), night, 0),
            holds(Op::During, at("2026-10-25T00:00:00Z"), night, 1),
            holds(Op::During, at("2026-10-25T01:59:59Z"), night, 1),
            holds(Op::During, at("2026-10-25T02:00:00Z"), night, 0);
        // Lists that are no windows.
        std::vector<V> doubt(10, I(0));
        doubt.push_back(E(Err::Null));
        for (const V bad : {LI({}), berlin({}), berlin({1}), berlin({2, 0, 1}), berlin({-1}), berlin({1, 5, 1}),
                            berlin({0, 1}), berlin({0, 9, 8}), berlin({INT64_MAX}), LI(doubt)})
            holds(Op::During, I(0), bad, 2);
        holds(Op::During, I(0), LI({I(0), I(0), I(13), I(1), I(0), I(0), I(1), I(1), I(0), I(0), I(0)}), 2);
        holds(Op::During, I(0), LI({I(INT64_MAX), I(0), I(0), I(0), I(0), I(0), I(0), I(0), I(0), I(0), I(0)}), 2);
    }

    std::deque<std::string> texts_;
    std::deque<Str> strs_;
    std::deque<Url> urls_;
    std::deque<Email> emails_;
    std::deque<Net> nets_;
    std::deque<std::vector<V>> items_;
    std::deque<std::vector<Label>> labels_;
    std::deque<List> lists_;
    std::vector<std::unique_ptr<CompiledRegex>> regexes_;
    std::vector<V> record_items_;
    Record record_;
    std::vector<V> pools_[kKindCount], int_lists_, str_lists_;
    std::vector<BoundaryCase> reviewed_;
};

}  // namespace remit::test
