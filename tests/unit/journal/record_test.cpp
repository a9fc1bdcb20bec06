#include "runtime/journal/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <limits>

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;

recorded_event sample() {
  recorded_event event;
  event.position = {0, 300};
  event.stream = {"bank.account", "7"};
  event.version = {2};
  event.metadata = {timestamp{std::chrono::microseconds{1'795'520'485'000'123}},
                    "c-1",
                    0x0123'4567'89ab'cdef,
                    "r",
                    "",
                    "clerk",
                    "00-1"};
  event.type = "bank.deposited";
  event.schema_version = 1;
  event.payload = {std::byte{0xa1}, std::byte{0x61}, std::byte{0x61}, std::byte{0x01}};
  return event;
}

std::string encoded(const recorded_event& event) {
  std::string out;
  encode_record(out, event.position, event.stream, event.version, event.metadata,
                {event.type, event.schema_version, event.payload});
  return out;
}

/// Appends the checksum that makes `body` a record, whatever it says.
std::string sealed(std::string body) {
  const auto sum = static_cast<std::uint32_t>(XXH3_64bits(body.data(), body.size()));
  for (int shift = 24; shift >= 0; shift -= 8) body.push_back(static_cast<char>(sum >> shift));
  return body;
}

std::string body_of(const std::string& record) { return record.substr(0, record.size() - 4); }

std::string from_hex(std::string_view hex) {
  std::string out;
  std::string digits;
  for (const char c : hex) {
    if (c == ' ') continue;
    digits.push_back(c);
    if (digits.size() < 2) continue;
    out.push_back(static_cast<char>(std::stoi(digits, nullptr, 16)));
    digits.clear();
  }
  return out;
}

std::string to_hex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out.push_back("0123456789abcdef"[static_cast<unsigned char>(c) >> 4]);
    out.push_back("0123456789abcdef"[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

// The example of FORMAT.md. If this fails, journals that exist can no longer be read: do not change
// the bytes, add a record format.
constexpr std::string_view golden =
    "01 00 ac02"                       // format; position (0, 300)
    "0e 62616e6b2e6163636f756e742f37"  // stream bank.account/7
    "02"                               // version
    "0006610430b203bb"                 // time
    "03 632d31"                        // command id c-1
    "0123456789abcdef"                 // command hash
    "01 72 00 05 636c65726b"           // correlation r, no causation, principal clerk
    "04 30302d31"                      // trace context 00-1
    "0e 62616e6b2e6465706f7369746564"  // type bank.deposited
    "01 04 a1616101"                   // schema version, payload {"a": 1}
    "39a1f503";

TEST(record, has_the_bytes_that_the_format_promises) {
  const auto bytes_of_golden = from_hex(golden);
  EXPECT_EQ(to_hex(encoded(sample())), to_hex(bytes_of_golden));
  const auto read = decode_record(bytes_of_golden);
  ASSERT_TRUE(read.ok()) << read.error().detail;
  EXPECT_EQ(*read, sample());
}

TEST(record, keeps_the_extremes_of_every_field) {
  recorded_event event;
  event.position = {std::numeric_limits<std::uint32_t>::max(),
                    std::numeric_limits<std::uint64_t>::max()};
  event.stream = {"t", std::string(256, '\xff')};
  event.version = {std::numeric_limits<std::uint64_t>::max()};
  event.metadata = {timestamp::min(),     std::string(300, 'c'), ~std::uint64_t{0},
                    std::string(1, '\0'), "caus\xc3\xa9",        std::string(20'000, 'p'),
                    std::string(128, 't')};
  event.type = "t.e";
  event.schema_version = std::numeric_limits<int>::max();
  event.payload = bytes(100'000, std::byte{0});
  EXPECT_EQ(*decode_record(encoded(event)), event);
  event.metadata.time = timestamp::max();
  EXPECT_EQ(*decode_record(encoded(event)), event);
}

TEST(record, keeps_empty_fields_empty) {
  recorded_event event;
  event.schema_version = 0;
  EXPECT_EQ(*decode_record(encoded(event)), event);
}

TEST(record, tells_fields_apart_that_hold_the_same_text) {
  auto event = sample();
  event.metadata.correlation_id = "1";
  event.metadata.causation_id = "2";
  event.metadata.principal = "3";
  event.metadata.trace_context = "4";
  EXPECT_EQ(*decode_record(encoded(event)), event);
}

TEST(record, is_appended_to_what_is_there) {
  std::string out = "before";
  const auto event = sample();
  encode_record(out, event.position, event.stream, event.version, event.metadata,
                {event.type, event.schema_version, event.payload});
  EXPECT_EQ(out, "before" + encoded(event));
}

TEST(record, is_refused_when_it_is_cut_anywhere) {
  const auto whole = encoded(sample());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = decode_record(whole.substr(0, size));
    ASSERT_FALSE(read.ok()) << size;
    EXPECT_EQ(read.error().code, errc::damaged);
  }
}

TEST(record, is_refused_when_something_follows) {
  EXPECT_FALSE(decode_record(encoded(sample()) + '\0').ok());
  EXPECT_FALSE(decode_record(encoded(sample()) + encoded(sample())).ok());
}

TEST(record, is_refused_when_any_one_bit_is_flipped) {
  const auto whole = encoded(sample());
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    const auto read = decode_record(flipped);
    ASSERT_FALSE(read.ok()) << bit;
    EXPECT_EQ(read.error().code, errc::damaged);
  }
}

// The checksum is no excuse: the lengths must hold by themselves.
TEST(record, is_refused_when_it_is_cut_anywhere_and_the_checksum_fits) {
  const auto body = body_of(encoded(sample()));
  for (std::size_t size = 0; size < body.size(); ++size)
    ASSERT_FALSE(decode_record(sealed(body.substr(0, size))).ok()) << size;
  EXPECT_FALSE(decode_record(sealed(body + "x")).ok());
  EXPECT_TRUE(decode_record(sealed(body)).ok());
}

TEST(record, reads_within_its_bounds_whatever_a_fitting_checksum_covers) {
  const auto body = body_of(encoded(sample()));
  for (std::size_t bit = 8; bit < body.size() * 8; ++bit) {
    auto flipped = body;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ 1 << bit % 8);
    // In a buffer of its very size, so that a sanitizer sees a read past the end.
    const auto record = sealed(flipped);
    const std::vector<char> exact(record.begin(), record.end());
    const auto read = decode_record({exact.data(), exact.size()});
    if (read) {
      EXPECT_EQ(encoded(*read), record) << "only what would be written is read";
    }
  }
}

TEST(record, is_refused_when_a_number_is_larger_than_its_field) {
  const auto rest = body_of(encoded(sample())).substr(4);
  EXPECT_FALSE(decode_record(sealed(from_hex("01 8080808010 ac02") + rest.substr(0))).ok())
      << "partition 2^32";
  EXPECT_FALSE(decode_record(sealed(from_hex("01 00 80808080808080808002") + rest)).ok())
      << "offset 2^64";
  EXPECT_FALSE(decode_record(sealed(from_hex("01 00 ffffffffffffffffffff01") + rest)).ok())
      << "a number of eleven bytes";
  recorded_event event = sample();
  event.schema_version = -1;
  EXPECT_FALSE(decode_record(encoded(event)).ok()) << "schema version 2^64 - 1";
}

TEST(record, of_another_format_is_refused_by_name) {
  auto body = body_of(encoded(sample()));
  body[0] = 2;
  const auto read = decode_record(sealed(body));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, errc::damaged);
  EXPECT_THAT(read.error().detail, HasSubstr("format 2"));
  EXPECT_THAT(read.error().detail, HasSubstr("knows 1"));
}

TEST(big_endian, sorts_as_numbers_do) {
  const std::uint64_t numbers[] = {0, 1, 255, 256, 65'535, 1ULL << 32, ~std::uint64_t{0}};
  std::string before;
  for (const auto number : numbers) {
    std::string text;
    put_big_endian(text, number);
    ASSERT_EQ(text.size(), 8U);
    EXPECT_EQ(get_big_endian(text), number);
    EXPECT_TRUE(before.empty() || before < text);
    before = text;
  }
}

std::string encoded(const snapshot& what) {
  std::string out;
  encode_snapshot(out, {"bank.account", "7"}, what);
  return out;
}

const snapshot sample_snapshot{
    {300}, 0x0123'4567'89ab'cdef, {std::byte{0xa0}}, {std::byte{0x80}, std::byte{0x81}}};

TEST(snapshot_record, has_the_bytes_that_the_format_says) {
  EXPECT_EQ(body_of(encoded(sample_snapshot)), from_hex("01"
                                                        "0e 62616e6b2e6163636f756e742f37"
                                                        "ac02"
                                                        "0123456789abcdef"
                                                        "01 a0"
                                                        "02 8081"));
  const auto read = decode_snapshot(encoded(sample_snapshot), {"bank.account", "7"});
  ASSERT_TRUE(read.ok()) << read.error().detail;
  EXPECT_EQ(*read, sample_snapshot);
}

TEST(snapshot_record, is_damage_when_a_bit_is_wrong_or_a_byte_lacks) {
  const auto right = encoded(sample_snapshot);
  for (std::size_t i = 0; i < right.size(); ++i) {
    auto wrong = right;
    wrong[i] = static_cast<char>(wrong[i] ^ 1);
    EXPECT_FALSE(decode_snapshot(wrong, {"bank.account", "7"})) << i;
    EXPECT_FALSE(decode_snapshot(right.substr(0, i), {"bank.account", "7"})) << i;
  }
}

TEST(snapshot_record, of_another_stream_is_damage) {
  const auto read = decode_snapshot(encoded(sample_snapshot), {"bank.account", "8"});
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().detail, HasSubstr("is one of bank.account/7"));
}

}  // namespace
}  // namespace acta
