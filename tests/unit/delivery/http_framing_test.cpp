// Where a request begins and ends, and for whom it is: RFC 9110 and 9112 to the letter, since what
// stands between a client and this server may read anything else otherwise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/http_server.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::client;
using ::testing::HasSubstr;
using testing::running;

/// Sends `request` and then, on the same connection, one that must not be answered.
void expect_turned_away(std::uint16_t port, const std::string& request) {
  client one{port};
  auto got = one.send(request).get("/next").receive();
  EXPECT_EQ(got.status, 400) << request;
  EXPECT_EQ(got.headers["Content-Type"], "application/problem+json") << request;
  EXPECT_EQ(got.headers["Connection"], "close") << request;
  EXPECT_THAT(got.body, HasSubstr("malformed")) << request;
  EXPECT_TRUE(one.closed()) << request;
}

std::string with_host(const std::string& line) {
  return "POST / HTTP/1.1\r\n" + line + "\r\nContent-Length: 0\r\n\r\n";
}

std::string with_field(const std::string& line) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + line + "\r\nContent-Length: 0\r\n\r\n";
}

std::string with_framing(const std::string& lines, const std::string& body) {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n\r\n" + body;
}

TEST(http_framing, takes_every_valid_host) {
  running at;
  for (const std::string host :
       {"here", "HERE.example", "here.example.:8080", "127.0.0.1", "127.0.0.1:80", "[::1]",
        "[::1]:8080", "[2001:DB8::7]", "here:", "a_b~c!$&'()*+,;=-9", "%68ere"})
    EXPECT_EQ(client{at.port()}.send(with_host("Host: " + host)).receive().status, 200) << host;
  EXPECT_EQ(client{at.port()}.send(with_host("hOsT:\t here \t")).receive().status, 200);
}

TEST(http_framing, refuses_a_host_that_is_none) {
  running at;
  for (const std::string host :
       {"a b",      "a\tb",        "",        ":80",         ".",          "user@here",
        "u:p@here", "here:x",      "here:+1", "here:-1",     "here:65536", "here:80:80",
        "here: 80", "http://here", "here/",   "/",           "here?",      "here#",
        "a\\b",     "\"here\"",    "<here>",  "[::1",        "::1",        "[::1]x",
        "[::1]:x",  "[]",          "[x]",     "[fe80::1%1]", "[v1.x]",     "here%",
        "here%4",   "here%zz",     "h\x7f",   "h\x01",       "\xc3\xa4",   "a, b"})
    expect_turned_away(at.port(), with_host("Host: " + host));
  expect_turned_away(at.port(), with_host("X: no host"));
  expect_turned_away(at.port(), with_host("Host: x\r\nhost: x"));
  expect_turned_away(at.port(), "POST / HTTP/1.0\r\nHost: a b\r\nContent-Length: 0\r\n\r\n");
  expect_turned_away(at.port(), "POST / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n");
}

TEST(http_framing, refuses_a_target_for_a_host_that_is_none) {
  running at;
  for (const std::string target : {"http://", "http:///v1", "http://a@b/", "http://b:x/v1"})
    expect_turned_away(at.port(), "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(
      client{at.port()}.send("GET http://b:1/v1 HTTP/1.1\r\nHost: x\r\n\r\n").receive().status,
      200);
}

TEST(http_framing, refuses_a_line_that_is_folded) {
  running at;
  for (const std::string end : {"\r\n ", "\r\n\t", "\r\n \t x\r\n "})
    for (const auto& line : {"Host: x" + end + "y", "Host:" + end + "x"})
      expect_turned_away(at.port(), with_host(line));
  expect_turned_away(at.port(), with_field("X: a\r\n b"));
  expect_turned_away(at.port(), with_field("X: a\r\n\tb"));
  expect_turned_away(at.port(), with_field("X:\r\n b"));
  expect_turned_away(at.port(), with_field("X: a\r\n "));
  // The last field, and one within a header that comes in two pieces.
  expect_turned_away(at.port(), "GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n");
  client slow{at.port()};
  slow.send("GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n");
  EXPECT_EQ(client{at.port()}.get("/").receive().status, 200);
  EXPECT_EQ(slow.send(" b\r\n\r\n").receive().status, 400);
}

TEST(http_framing, refuses_a_line_of_a_trailer_that_is_folded) {
  running at;
  const std::string chunked = "Transfer-Encoding: chunked";
  for (const std::string trailer :
       {"X: 1\r\n y\r\n", "X: 1\r\n\ty\r\n", "X:\r\n y\r\n", "X: 1\r\nY: 2\r\n \r\n"})
    for (const std::string chunks : {"", "2\r\nhi\r\n", "4\r\n\r\n x\r\n"})
      expect_turned_away(at.port(), with_framing(chunked, chunks + "0\r\n" + trailer + "\r\n"));
  // What looks so within a body is the body's own business.
  client one{at.port()};
  one.send(with_framing(chunked, "4\r\n\r\n x\r\n0;a=b\r\nX: 1\r\nY: 2\r\n\r\n"));
  EXPECT_EQ(one.receive().body, "POST / \r\n x");
  EXPECT_EQ(one.get("/next").receive().body, "GET /next ");
  // And a trailer may come in two pieces.
  one.send(with_framing(chunked, "2\r\nhi\r\n0\r\nX: 1\r\n"));
  EXPECT_EQ(client{at.port()}.get("/").receive().status, 200);
  EXPECT_EQ(one.send(" y\r\n\r\n").receive().status, 400);
}

TEST(http_framing, says_what_it_does_not_take) {
  running at;
  const auto expect_told = [&](const std::string& request, const std::string& field,
                               const std::string& detail) {
    const auto body = client{at.port()}.send(request).receive().body;
    EXPECT_THAT(body, HasSubstr(detail)) << request;
    EXPECT_THAT(body, HasSubstr("\"field\":\"" + field + '"')) << request;
  };
  const std::string chunked = "Transfer-Encoding: chunked";
  expect_told(with_host("X: no host"), "Host", "is missing");
  expect_told(with_host("Host: x\r\nHost: x"), "Host", "more than once");
  expect_told(with_host("Host: a b"), "Host", "a name or an address");
  expect_told("GET http://a@b/ HTTP/1.1\r\nHost: x\r\n\r\n", "target", "a host");
  for (const std::string lines :
       {"Content-Length: 2\r\nContent-Length: 2", "Content-Length: 2, 2", "Content-Length: x"})
    expect_told(with_framing(lines, "hi"), "Content-Length", "a number of digits");
  for (const std::string lines : {"gzip", "chunked, gzip", "chunked\r\nTransfer-Encoding: chunked"})
    expect_told(with_framing("Transfer-Encoding: " + lines, ""), "Transfer-Encoding", "'chunked'");
  expect_told("POST / HTTP/1.0\r\n" + chunked + "\r\n\r\n", "Transfer-Encoding", "HTTP/1.1");
  expect_told(with_framing(chunked, "xyz\r\n"), "body", "a chunk");
  expect_told(with_framing(chunked, "0\r\nX: 1\r\nY: 2\r\n y\r\n\r\n"), "Y", "in the next line");
  expect_told(with_framing(chunked, "0\r\nX(: 1\r\n\r\n"), "body", "name is not a token");
  expect_told(with_field("X: a\r\n b"), "X", "in the next line");
  expect_told(with_host("Host:\r\n x"), "Host", "in the next line");
  expect_told(with_field("X: a\x01"), "X", "a value that is not valid");
  expect_told(with_field("Connection: (,)"), "Connection", "a value that is not valid");
  expect_told("POST / HTTP/2.0\r\nHost: x\r\n\r\n", "version", "HTTP/1.0, HTTP/1.1");
  expect_told("P(ST / HTTP/1.1\r\nHost: x\r\n\r\n", "method", "not a token");
  expect_told("GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", "target", "a character");
  expect_told(with_field("X(: a"), "header", "name is not a token");
}

TEST(http_framing, refuses_a_header_that_can_be_read_in_two_ways) {
  running at;
  for (const std::string line : {"X : a", "X\t: a", " X: a", ": a", "X", "X: a\rY: b", "X: a\r",
                                 "X: a\nY: b", "X: a\x01", "X: a\x7f", "X(: a", "Connection: (,)"})
    expect_turned_away(at.port(), with_field(line));
  expect_turned_away(at.port(), with_field(std::string{"X: a\0b", 6}));
  expect_turned_away(at.port(), "POST / HTTP/1.1\r\n Host: x\r\nContent-Length: 0\r\n\r\n");
  for (const std::string start :
       {"POST /\r HTTP/1.1", "POST  / HTTP/1.1", "POST / HTTP/1.1 ", "POST /\t HTTP/1.1",
        "POST / HTTP/1.25", "POST / http/1.1", "POST / HTTP/1.x", "POST / HTTP/2.0",
        " POST / HTTP/1.1", "PO ST / HTTP/1.1"})
    expect_turned_away(at.port(), start + "\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
}

TEST(http_framing, takes_a_later_minor_version_for_http_1_1) {
  running at;
  client one{at.port()};
  const auto got = one.send("GET /a HTTP/1.2\r\nHost: x\r\nX: /b HTTP/1.3\r\n\r\n").receive();
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.version, "HTTP/1.1");
  EXPECT_EQ(got.body, "GET /a ");
  EXPECT_EQ(one.get("/next").receive().body, "GET /next ") << "as HTTP/1.1 it stays open";
  // And in pieces.
  one.send("GET /c HTTP/1.");
  EXPECT_EQ(client{at.port()}.get("/").receive().status, 200);
  one.send("9");
  EXPECT_EQ(client{at.port()}.get("/").receive().status, 200);
  EXPECT_EQ(one.send("\r\nHost: x\r\n\r\n").receive().body, "GET /c ");
}

TEST(http_framing, refuses_a_body_whose_length_can_be_read_in_two_ways) {
  running at;
  const std::string chunks = "2\r\nhi\r\n0\r\n\r\n";
  for (const std::string lines :
       {"Content-Length: 2\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 2", "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: identity\r\nContent-Length: 2", "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked;q=1", "Transfer-Encoding:",
        "Transfer-Encoding: \x0b"
        "chunked"})
    expect_turned_away(at.port(), with_framing(lines, chunks));
  for (const std::string lines :
       {"Content-Length: 2\r\nContent-Length: 2", "Content-Length: 2, 2", "Content-Length: +2",
        "Content-Length: -2", "Content-Length: 0x2", "Content-Length: 2.0", "Content-Length: 2 2",
        "Content-Length:", "Content-Length: ,2", "Content-Length: 18446744073709551618"})
    expect_turned_away(at.port(), with_framing(lines, "hi"));
}

TEST(http_framing, refuses_chunks_that_can_be_read_in_two_ways) {
  running at;
  for (const std::string chunks :
       {"0x2\r\nhi\r\n0\r\n\r\n", "-2\r\nhi\r\n0\r\n\r\n", "+2\r\nhi\r\n0\r\n\r\n",
        " 2\r\nhi\r\n0\r\n\r\n", "2\nhi\r\n0\r\n\r\n", "2\r\nhi0\r\n\r\n", "2\r\nhi\n0\r\n\r\n",
        "2\rhi\r\n0\r\n\r\n", "\r\nhi\r\n0\r\n\r\n", "1\r\nhi\r\n0\r\n\r\n", "g\r\n\r\n0\r\n\r\n",
        "10000000000000002\r\nhi\r\n0\r\n\r\n"})
    expect_turned_away(at.port(), with_framing("Transfer-Encoding: chunked", chunks));
}

TEST(http_framing, closes_after_chunks_in_http_1_0) {
  running at;
  for (const std::string keep : {"", "Connection: keep-alive\r\n"})
    expect_turned_away(at.port(), "POST / HTTP/1.0\r\n" + keep +
                                      "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
}

TEST(http_framing, skips_empty_lines_before_a_request) {
  running at;
  client one{at.port()};
  EXPECT_EQ(one.send("\r\n").get("/a").receive().body, "GET /a ");
  EXPECT_EQ(one.send("\r\n\r\n").get("/b").receive().body, "GET /b ");
  one.send("\r");
  EXPECT_EQ(client{at.port()}.get("/").receive().status, 200);
  EXPECT_EQ(one.send("\n").get("/c").receive().body, "GET /c ");
  // As a client does that ends a body with a line's end.
  EXPECT_EQ(one.post("/d", "hi").send("\r\n").get("/e").receive().body, "POST /d hi");
  EXPECT_EQ(one.receive().body, "GET /e ");
}

TEST(http_framing, does_not_skip_empty_lines_for_ever) {
  running at;
  std::string lines;
  for (int i = 0; i < 5'000; ++i) lines += "\r\n";
  EXPECT_EQ(client{at.port()}.send(lines).receive().status, 431);
}

}  // namespace
}  // namespace acta
