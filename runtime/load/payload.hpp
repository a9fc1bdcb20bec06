// The arguments of generated commands: a JSON template in which objects of one member stand for
// values that are drawn for each request:
//
//   {"$integer": [1, 500]}      a whole number, both ends included
//   {"$number": [0, 1]}         at least the first, below the second
//   {"$text": 12}               so many lower-case letters and digits
//   {"$choice": ["a", "b"]}     one of them, each as often; may be templates themselves
//   {"$key": true}              the number of the aggregate, from 0
//   {"$id": true}               its id
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "actors/model/error.hpp"
#include "runtime/load/random.hpp"

namespace acta::internal::load {

/// The request that a payload is made for.
struct payload_of {
  std::uint64_t key = 0;
  const std::string* id = nullptr;
};

/// Any thread, with random numbers of its own.
class payload {
public:
  /// Fails (malformed) with the path to a place that is no template.
  static result<payload> parse(const nlohmann::json& from);

  [[nodiscard]] nlohmann::json make(const payload_of& request, random_numbers& chance) const {
    return root_(request, chance);
  }

private:
  using generator = std::function<nlohmann::json(const payload_of&, random_numbers&)>;
  explicit payload(generator root) : root_{std::move(root)} {}

  static result<generator> read(const nlohmann::json& from, const std::string& path);
  static result<generator> read_drawn(const std::string& kind, const nlohmann::json& how,
                                      const std::string& path);
  static result<generator> read_object(const nlohmann::json& from, const std::string& path);
  static result<std::vector<generator>> read_list(const nlohmann::json& from,
                                                  const std::string& path);

  generator root_;
};

}  // namespace acta::internal::load
