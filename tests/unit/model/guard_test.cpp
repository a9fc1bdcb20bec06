#include "actors/model/guard.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <stdexcept>
#include <vector>

#include "tests/support/leaking.hpp"

namespace acta {

namespace {

std::string kept_of(const std::string& what) {
  try {
    throw std::runtime_error{what};
  } catch (...) {
    return thrown_text();
  }
}

TEST(guard, keeps_the_beginning_of_what_was_thrown) {
  const std::string whole(1'024, 'a');
  EXPECT_EQ(kept_of("boom"), "boom");
  EXPECT_EQ(kept_of(whole), whole);
  EXPECT_EQ(kept_of(std::string(3'000'000, 'a')), whole + "...");
  const auto failed =
      guarded("view()", []() -> result<int> { throw std::runtime_error{std::string(9'999, 'a')}; });
  EXPECT_EQ(failed.error().detail, "view() threw: " + whole + "...");
}

/// Throws another one when it is destroyed, `left` times in turn.
struct chained {
  explicit chained(int more) : left{more} {}
  chained(const chained&) = default;
  chained& operator=(const chained&) = default;
  ~chained() noexcept(false) {
    if (left > 0) testing::throw_leaking<chained>(left - 1);
  }
  int left;
};

TEST(guard, holds_against_what_throws_when_it_is_destroyed) {
  for (const int times : {0, 1, 2, 9}) {
    const auto failed =
        guarded("view()", [&]() -> result<int> { testing::throw_leaking<chained>(times); });
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().detail, "view() threw: an exception of unknown type");
    EXPECT_FALSE(guarded("view()", [&] { testing::throw_leaking<chained>(times); }).ok());
    EXPECT_EQ(catching_all([&]() -> std::string { testing::throw_leaking<chained>(times); },
                           [] { return std::string(100, 'a'); }),
              std::string(100, 'a'));
    bool handled = false;
    catching_all([&] { testing::throw_leaking<chained>(times); }, [&] { handled = true; });
    EXPECT_TRUE(handled);
  }
}

TEST(guard, holds_against_what_throws_when_it_is_destroyed_though_it_is_nested) {
  const auto nest = [](int levels) {
    const std::function<void(int)> nested = [&](int more) {
      try {
        if (more == 0) throw chained{3};
        nested(more - 1);
      } catch (...) {
        std::throw_with_nested(std::runtime_error{"outer"});
      }
    };
    nested(levels);
  };
  for (const int levels : {0, 1, 5}) {
    const auto failed = testing::leaking([&] { return guarded("view()", [&] { nest(levels); }); });
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().detail, "view() threw: outer");
  }
}

struct in_itself : std::runtime_error, std::nested_exception {
  using std::runtime_error::runtime_error;
};

TEST(guard, holds_against_exceptions_that_are_nested_in_themselves_or_very_deep) {
  const auto in_a_circle = [](int members) {
    std::vector<std::exception_ptr> all;
    for (int i = 0; i < members; ++i) all.push_back(std::make_exception_ptr(in_itself{"again"}));
    for (int i = 0; i < members; ++i) {
      try {
        std::rethrow_exception(all[static_cast<std::size_t>((i + 1) % members)]);
      } catch (...) {
        const std::nested_exception next;
        try {
          std::rethrow_exception(all[static_cast<std::size_t>(i)]);
        } catch (in_itself& one) {
          static_cast<std::nested_exception&>(one) = next;
        }
      }
    }
    std::rethrow_exception(all[0]);
  };
  const auto chain = [](int levels) {
    std::exception_ptr newest;
    for (int i = 0; i < levels; ++i) try {
        if (newest) std::rethrow_exception(newest);
        throw std::runtime_error{"first"};
      } catch (...) {
        try {
          std::throw_with_nested(std::runtime_error{"again"});
        } catch (...) {
          newest = std::current_exception();
        }
      }
    std::rethrow_exception(newest);
  };
  for (const int members : {1, 2, 3}) {
    const auto failed =
        testing::leaking([&] { return guarded("view()", [&] { in_a_circle(members); }); });
    EXPECT_EQ(failed.error().detail, "view() threw: again");
  }
  const auto deep = testing::leaking([&] { return guarded("view()", [&] { chain(100'000); }); });
  EXPECT_EQ(deep.error().detail, "view() threw: again");
}

TEST(guard, passes_on_what_its_handler_throws) {
  EXPECT_THROW(catching_all([] { throw 1; }, [] { throw std::runtime_error{"x"}; }),
               std::runtime_error);
}

TEST(guard, cuts_where_a_character_begins) {
  const std::string before(1'022, 'a');
  EXPECT_EQ(kept_of(before + "\xe2\x82\xac\xe2\x82\xac"), before + "...");
  EXPECT_EQ(kept_of(before + "\xc3\xa9\xc3\xa9"), before + "\xc3\xa9...");
  EXPECT_EQ(kept_of(std::string(2'000, '\x80')), std::string(1'021, '\x80') + "...")
      << "what is not UTF-8 has no such place";
}

}  // namespace
}  // namespace acta
