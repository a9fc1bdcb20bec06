// What may be given as --host.
#include "runtime/delivery/host_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace acta {

using namespace internal;
namespace {

TEST(host_name, is_a_name_that_a_host_can_have_or_an_ipv4_address) {
  const std::string long_label(63, 'x');
  for (const auto& name :
       {std::string{"bank"}, std::string{"bank.example"}, std::string{"Bank.Example."},
        std::string{"xn--bcher-kva.example"}, std::string{"7.bank"}, std::string{"localhost"},
        std::string{"127.0.0.1"},
        long_label + "." + long_label + "." + long_label + "." + std::string(61, 'x')})
    EXPECT_TRUE(names_host(name)) << name;
}

TEST(host_name, is_nothing_else) {
  const std::string long_label(63, 'x');
  for (const auto& none :
       {std::string{},
        std::string{"."},
        std::string{".."},
        std::string{"*"},
        std::string{"*.x"},
        std::string{"x,y"},
        std::string{"a b"},
        std::string{"a\nb"},
        std::string{"a..b"},
        std::string{".a"},
        std::string{"a_b"},
        std::string{"-a"},
        std::string{"a-"},
        std::string{"a%41"},
        std::string{"http://bank"},
        std::string{"bank/"},
        std::string{"me@bank"},
        std::string{"bank:80"},
        std::string{"bank:"},
        std::string{"10.0.0.7:8080"},
        std::string{"::1"},
        std::string{"[::1]"},
        std::string{"[::1]:8080"},
        std::string{"b\xc3\xbc"},
        std::string{"256.1.1.1"},
        std::string{"1.2.3"},
        std::string{"7"},
        std::string(64, 'x') + ".example",
        std::string(300, 'x'),
        long_label + "." + long_label + "." + long_label + "." + std::string(62, 'x')})
    EXPECT_FALSE(names_host(none)) << none;
}

}  // namespace
}  // namespace acta
