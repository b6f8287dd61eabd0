// Text to scalars and back: docs/semantics.md section 2.
#include "tests/catch.h"
#include "vm/value/scalar.h"

using namespace remit;

namespace {

constexpr int64_t kSec = 1'000'000'000;
std::string url(std::string_view text) {
    const auto u = parse_url(text);
    return u ? u->text : "none";
}
std::string email(std::string_view text) {
    const auto e = parse_email(text);
    return e ? e->text : "none";
}
std::string path(std::string_view text) { return parse_path(text).value_or("none"); }
std::string host(std::string_view text) { return parse_host(text).value_or("none"); }
std::string ip(std::string_view text) {
    const auto n = parse_ip(text);
    return n ? format_net(*n) : "none";
}
std::string cidr(std::string_view text) {
    const auto n = parse_cidr(text);
    return n ? format_net(*n) : "none";
}

}  // namespace

TEST_CASE("int") {
    CHECK(parse_int("0") == 0);
    CHECK(parse_int("-0") == 0);
    CHECK(parse_int("9223372036854775807") == INT64_MAX);
    CHECK(parse_int("-9223372036854775808") == INT64_MIN);
    for (const char* bad :
         {"", "-", "+1", "1.0", "1e3", " 1", "1 ", "9223372036854775808", "-9223372036854775809", "0x1", "--1"}) {
        INFO(bad);
        CHECK_FALSE(parse_int(bad));
    }
}

TEST_CASE("decimal") {
    CHECK(parse_decimal("300.00", 2) == 30000);
    CHECK(parse_decimal("300", 2) == 30000);
    CHECK(parse_decimal("3e2", 2) == 30000);
    CHECK(parse_decimal("3E+2", 0) == 300);
    CHECK(parse_decimal("25e-1", 1) == 25);
    CHECK(parse_decimal("1.2300", 2) == 123);
    CHECK(parse_decimal("-0.01", 2) == -1);
    CHECK(parse_decimal("0e999999999999999999", 2) == 0);
    CHECK(parse_decimal("0.000", 0) == 0);
    CHECK(parse_decimal("-92233720368547758.08", 2) == INT64_MIN);
    CHECK(parse_decimal("92233720368547758.07", 2) == INT64_MAX);
    CHECK(parse_decimal("1000e-3", 0) == 1);
    for (const char* bad : {"", ".", "1.", ".5", "1.001", "1e", "1e+", "1e17", "92233720368547758.08",
                            "1e99999999999999999999", "1,0", " 1", "+1", "1e-99999999999999999999", "NaN"}) {
        INFO(bad);
        CHECK_FALSE(parse_decimal(bad, 2));
    }
    CHECK(format_decimal(30000, 2) == "300.00");
    CHECK(format_decimal(-1, 2) == "-0.01");
    CHECK(format_decimal(5, 0) == "5");
    CHECK(format_decimal(0, 9) == "0.000000000");
    CHECK(format_decimal(INT64_MIN, 2) == "-92233720368547758.08");
    for (const int64_t v : {INT64_MIN, int64_t{-100}, int64_t{0}, int64_t{99}, INT64_MAX})
        CHECK(parse_decimal(format_decimal(v, 3), 3) == v);
}

TEST_CASE("duration") {
    CHECK(parse_duration("15m") == 900 * kSec);
    CHECK(parse_duration("1h30m") == 5400 * kSec);
    CHECK(parse_duration("1w") == 7 * 86400 * kSec);
    CHECK(parse_duration("1ms2us3ns") == 1'002'003);
    CHECK(parse_duration("0s") == 0);
    for (const char* bad : {"", "5", "m", "5x", "1h 30m", "1.5h", "-", "9999999999999w", "300000d", "1H"}) {
        INFO(bad);
        CHECK_FALSE(parse_duration(bad));
    }
    CHECK(format_duration(0) == "0s");
    CHECK(format_duration(5400 * kSec) == "1h30m");
    CHECK(format_duration(400 * 86400 * kSec) == "400d");
    CHECK(format_duration(1'500'000'001) == "1s500ms1ns");
    for (const int64_t v : {INT64_MIN, int64_t{-1}, int64_t{1}, 61 * kSec, INT64_MAX})
        CHECK(parse_duration(format_duration(v)) == v);
}

TEST_CASE("timestamp") {
    CHECK(parse_timestamp("1970-01-01T00:00:00Z") == 0);
    CHECK(parse_timestamp("2026-11-20T09:00:00Z") == 1795165200 * kSec);
    CHECK(parse_timestamp("2026-11-20T10:30:00+01:30") == 1795165200 * kSec);
    CHECK(parse_timestamp("1969-12-31T23:59:59.5Z") == -kSec / 2);
    CHECK(parse_timestamp("2024-02-29T00:00:00.000000001Z") == 1709164800 * kSec + 1);
    CHECK(parse_timestamp("2024-02-29T00:00:00.1000000000Z") == 1709164800 * kSec + kSec / 10);
    for (const char* bad :
         {"", "2026-11-20", "2026-11-20T09:00:00", "2026-11-20 09:00:00Z", "2026-13-01T00:00:00Z",
          "2026-02-29T00:00:00Z", "2026-11-20T24:00:00Z", "2016-12-31T23:59:60Z", "2026-11-20T09:00:00.Z",
          "2026-11-20T09:00:00.0000000001Z", "9999-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
          "2026-11-20T09:00:00+24:00", "2026-11-20T09:00:00Zx", "2026-00-10T00:00:00Z"}) {
        INFO(bad);
        CHECK_FALSE(parse_timestamp(bad));
    }
    CHECK(format_timestamp(1795165200 * kSec) == "2026-11-20T09:00:00Z");
    CHECK(format_timestamp(-kSec / 2) == "1969-12-31T23:59:59.5Z");
    for (const int64_t v : {INT64_MIN, int64_t{-1}, int64_t{0}, int64_t{951782400} * kSec, INT64_MAX})
        CHECK(parse_timestamp(format_timestamp(v)) == v);
}

TEST_CASE("url") {
    CHECK(url("HTTPS://Example.COM") == "https://example.com/");
    CHECK(url("https://a:443/x") == url("https://a/x"));
    CHECK(url("http://a:443/") == "http://a:443/");
    CHECK(url("http://a/b/../c/./d") == "http://a/c/d");
    CHECK(url("http://a/../../b") == "http://a/b");
    CHECK(url("http://a/b/..") == "http://a/");
    CHECK(url("http://a/b/.") == "http://a/b/");
    CHECK(url("http://a//b") == "http://a//b");
    CHECK(url("http://a/b/%2e%2E/c") == "http://a/c");
    CHECK(url("http://a/b/.../c") == "http://a/b/.../c");
    CHECK(url("http://a?q=/../x") == "http://a/?q=/../x");
    CHECK(url("http://a#f") == "http://a/#f");
    CHECK(url("http://[::FFFF:10.0.0.1]:8080/") == "http://10.0.0.1:8080/");
    CHECK(url("http://[2001:DB8::1]/") == "http://[2001:db8::1]/");
    CHECK(url("file:///etc/hosts") == "file:///etc/hosts");
    CHECK(url("http://a:/") == "http://a/");
    CHECK(parse_url("ws://a")->port == -1);
    CHECK(parse_url("http://a")->port == 80);
    CHECK(parse_url("https://a.")->host == "a");
    for (const char* bad : {"",
                            "a.com",
                            "//a.com",
                            "http:/a",
                            "http://",
                            "http:///x",
                            "1http://a",
                            "http://user@a/",
                            "http://user:pw@a/",
                            "http://a b/",
                            "http://a/\n",
                            "http://a\\@b/",
                            "http://a/\\..\\b",
                            "http://a:65536/",
                            "http://a:x/",
                            "http://a:-1/",
                            "http://[::1/",
                            "http://[10.0.0.1]/",
                            "http://[::1]x/",
                            "http://a%2ecom/",
                            "http://é.com/",
                            "http://a..b/",
                            "http://a/\xC2\xA0",
                            "http://a/\xE2\x80\x8B"
                            "\xFF",
                            "http://a/\x7F",
                            "mailto:a@b.com",
                            "http://-/ x"}) {
        INFO(bad);
        CHECK_FALSE(parse_url(bad));
    }
    for (const char* good : {"https://a.b/c?d#e", "http://[::1]:1/", "ftp://x:21/a//b/", "http://a/..;/b"})
        CHECK(url(url(good)) == url(good));
}

TEST_CASE("email") {
    CHECK(email("Jo@Example.COM") == "Jo@example.com");
    CHECK(email("a+b.c@x.y") == "a+b.c@x.y");
    for (const char* bad : {"", "@", "a@", "@b", "a@b@c", "ab", "a b@c", "a@b c", "a\r\nBcc: x@c", "a@-é", "a@b..c"}) {
        INFO(bad);
        CHECK(email(bad) == "none");
    }
    CHECK(email("a@b.com.") == "a@b.com");
}

TEST_CASE("path") {
    CHECK(path("/a//b/./c/") == "/a/b/c");
    CHECK(path("a/../b") == "b");
    CHECK(path("/a/b/../../c") == "/c");
    CHECK(path("/") == "/");
    CHECK(path("///") == "/");
    CHECK(path(".") == ".");
    CHECK(path("a/..") == ".");
    CHECK(path("...") == "...");
    for (const std::string& bad : {std::string(), std::string(".."), std::string("/.."), std::string("a/../.."),
                                   std::string("/a/../../b"), std::string("a\0b", 3), std::string("\xff")})
        CHECK(path(bad) == "none");
}

TEST_CASE("host") {
    CHECK(host("A.Example.com.") == "a.example.com");
    CHECK(host("localhost") == "localhost");
    CHECK(host("a_b-1.c") == "a_b-1.c");
    CHECK(host("10.0.0.1") == "10.0.0.1");
    CHECK(host("::FFFF:10.0.0.1") == "10.0.0.1");
    CHECK(host("2001:DB8:0:0::1") == "2001:db8::1");
    CHECK(host(std::string(63, 'a')) == std::string(63, 'a'));
    for (const std::string& bad : {std::string(), std::string("."), std::string("a.."), std::string(".a"),
                                   std::string("a..b"), std::string("a b"), std::string("*.a"), std::string("é"),
                                   std::string(64, 'a'), std::string("a/b"), std::string("a:1")}) {
        INFO(bad);
        CHECK(host(bad) == "none");
    }
}

TEST_CASE("ip and cidr") {
    CHECK(ip("10.0.0.1") == "10.0.0.1");
    CHECK(ip("::1") == "::1");
    CHECK(ip("::ffff:1.2.3.4") == "1.2.3.4");
    CHECK(ip("2001:0DB8::0:1") == "2001:db8::1");
    for (const char* bad : {"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4/8", "::g",
                            ":::", "fe80::1%eth0", "0x7f.0.0.1", " 1.2.3.4"}) {
        INFO(bad);
        CHECK(ip(bad) == "none");
    }
    CHECK(cidr("10.9.8.7/8") == "10.0.0.0/8");
    CHECK(cidr("10.9.8.7/12") == "10.0.0.0/12");
    CHECK(cidr("0.0.0.0/0") == "0.0.0.0/0");
    CHECK(cidr("1.2.3.4/32") == "1.2.3.4");
    CHECK(cidr("::ffff:10.0.0.0/104") == "10.0.0.0/8");
    CHECK(cidr("2001:db8:ffff::/32") == "2001:db8::/32");
    CHECK(cidr("ff::1/0") == "::/0");
    for (const char* bad : {"", "/8", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/8/8",
                            "10.0.0/8", "10.0.0.0/0008"}) {
        INFO(bad);
        CHECK(cidr(bad) == "none");
    }
}

TEST_CASE("utf8 and globs") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("aé日😀"));
    for (const char* bad : {"\x80", "\xC0\x80", "\xC3", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80",
                            "\xE0\x80\x80", "a\xFF", "\xE6\x97"})
        CHECK_FALSE(is_utf8(bad));
    CHECK(glob_matches("payments.*", "payments.refund.all"));
    CHECK(glob_matches("*", ""));
    CHECK(glob_matches("*.refund", "a.b.refund"));
    CHECK(glob_matches("a*b*c", "axxbxbc"));
    CHECK_FALSE(glob_matches("payments.*", "payments"));
    CHECK_FALSE(glob_matches("", "a"));
    CHECK_FALSE(glob_matches("a?c", "abc"));
    CHECK_FALSE(glob_matches("A", "a"));
}
