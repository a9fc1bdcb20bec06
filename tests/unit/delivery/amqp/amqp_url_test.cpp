#include "runtime/delivery/amqp/amqp_url.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace acta::internal {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(amqp_url, leaves_to_the_broker_what_it_does_not_say) {
  const auto read = read_amqp_url("amqp://broker");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_FALSE(read->tls);
  EXPECT_EQ(read->host, "broker");
  EXPECT_EQ(read->port, 5672);
  EXPECT_EQ(read->user, "guest");
  EXPECT_EQ(read->password, "guest");
  EXPECT_EQ(read->vhost, "/");
  EXPECT_EQ(read->heartbeat, std::chrono::seconds{30});
}

TEST(amqp_url, decodes_each_part_for_itself) {
  const auto read = read_amqp_url("amqp://b%40nk:s%3Ae%2Fc%25@[::1]:5673/a%2Fb?heartbeat=7");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->user, "b@nk");
  EXPECT_EQ(read->password, "s:e/c%");
  EXPECT_EQ(read->host, "::1");
  EXPECT_EQ(read->port, 5673);
  EXPECT_EQ(read->vhost, "a/b");
  EXPECT_EQ(read->heartbeat, std::chrono::seconds{7});
}

TEST(amqp_url, takes_an_empty_virtual_host_for_the_first_one) {
  EXPECT_EQ(read_amqp_url("amqp://broker/")->vhost, "/");
  EXPECT_EQ(read_amqp_url("amqp://broker/%2F")->vhost, "/");
}

TEST(amqp_url, checks_with_tls_against_the_certificates_of_the_machine_unless_it_names_others) {
  EXPECT_EQ(read_amqp_url("amqps://broker")->port, 5671);
  EXPECT_EQ(read_amqp_url("amqps://broker")->ca_file, "/etc/ssl/certs/ca-certificates.crt");
  const auto own = read_amqp_url("amqps://broker?cacertfile=/ca.pem&certfile=/c.pem&keyfile=%2Fk");
  ASSERT_TRUE(own) << own.error().detail;
  EXPECT_EQ(own->ca_file, "/ca.pem");
  EXPECT_EQ(own->certificate_file, "/c.pem");
  EXPECT_EQ(own->key_file, "/k");
}

TEST(amqp_url, is_shown_without_its_password) {
  const auto read = read_amqp_url("amqps://bank:secret@broker:5673/live");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text(), "amqps://bank@broker:5673/live");
}

TEST(amqp_url, with_a_slash_in_a_secret_is_not_read_as_another_host) {
  for (const auto* text :
       {"amqp://guest:5672/s3cr3t@127.0.0.1:25772", "amqp://guest:pa/s3cr3t@127.0.0.1",
        "amqp://gu/est:s3cr3t@127.0.0.1/live", "amqp://guest:1/2/s3cr3t@127.0.0.1",
        "amqp://guest:5672/s3cr3t@127.0.0.1?heartbeat=3"}) {
    const auto read = read_amqp_url(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, errc::malformed);
    EXPECT_THAT(read.error().detail, HasSubstr("a / is written %2F and an @ %40")) << text;
    EXPECT_THAT(read.error().detail, Not(HasSubstr("s3cr3t"))) << text;
  }
  EXPECT_EQ(read_amqp_url("amqp://broker/a%40b")->vhost, "a@b");
  EXPECT_EQ(read_amqp_url("amqp://guest:a@b@broker")->host, "broker");
}

TEST(amqp_url, that_is_none_is_refused_by_its_part_and_without_its_text) {
  for (const auto& [text, part] : {std::pair{"http://secret@broker", "amqp://"},
                                   {"amqp://", "no host"},
                                   {"amqp://u:secret@", "no host"},
                                   {"amqp://:secret@broker", "user"},
                                   {"amqp://u:secret%4@broker", "password"},
                                   {"amqp://u:secret%00@broker", "password"},
                                   {"amqp://u:secret@broker:0", "port"},
                                   {"amqp://u:secret@broker:65536", "port"},
                                   {"amqp://u:secret@broker:amqp", "port"},
                                   {"amqp://u:secret@[::1", "]"},
                                   {"amqp://u:secret@broker/a/b", "%2F"},
                                   {"amqp://u:secret@broker?hartbeat=3", "parameter"},
                                   {"amqp://u:secret@broker?heartbeat=0", "heartbeat"},
                                   {"amqp://u:secret@broker?cacertfile=/ca", "amqps"},
                                   {"amqps://u:secret@broker?certfile=/c", "keyfile"}}) {
    const auto read = read_amqp_url(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, errc::malformed);
    EXPECT_THAT(read.error().detail, HasSubstr(part)) << text;
    EXPECT_THAT(read.error().detail, Not(HasSubstr("secret"))) << text;
  }
}

}  // namespace
}  // namespace acta::internal
