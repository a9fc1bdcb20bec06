#include "runtime/contracts/schema_difference.hpp"

#include <algorithm>

namespace acta::internal {

namespace {

using nlohmann::ordered_json;

std::string kind_of(const ordered_json& schema) {
  return schema.is_object() && !schema.empty() ? schema.begin().key() : std::string{};
}
const ordered_json& inner(const ordered_json& schema) { return schema.begin().value(); }

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

std::vector<std::string> keys_of(const ordered_json& fields) {
  std::vector<std::string> names;
  for (const auto& [name, schema] : fields.items()) names.push_back(name);
  return names;
}

/// What is in `names` and not in `others`.
std::vector<std::string> missing_from(const std::vector<std::string>& others,
                                      const std::vector<std::string>& names) {
  std::vector<std::string> left;
  for (const auto& name : names)
    if (std::find(others.begin(), others.end(), name) == others.end()) left.push_back(name);
  return left;
}

/// Walks over both schemas at once, and says where they part.
class comparison {
public:
  void compare(const std::string& path, const ordered_json& was, const ordered_json& is) {
    if (was == is && was.dump() == is.dump()) return;
    const auto kind = kind_of(was);
    if (kind.empty() || kind != kind_of(is)) return changed(path, was, is);
    if (kind == "object") return compare_fields(path, inner(was), inner(is));
    if (kind == "enum") return compare_values(path, inner(was), inner(is));
    if (kind == "list" || kind == "map") return compare(path + "[]", inner(was), inner(is));
    compare(path, inner(was), inner(is));  // optional, may_be_missing
  }
  std::vector<std::string> take() { return std::move(found_); }

private:
  static std::string field(const std::string& path) {
    return path.empty() ? "the whole" : "the field '" + path + "'";
  }
  void say(std::string what) { found_.push_back(std::move(what)); }
  void changed(const std::string& path, const ordered_json& was, const ordered_json& is) {
    say(field(path) + " was " + schema_in_words(was) + ", is " + schema_in_words(is));
  }

  void compare_fields(const std::string& path, const ordered_json& was, const ordered_json& is) {
    const auto at = [&path](const std::string& name) {
      return path.empty() ? name : path + "." + name;
    };
    const auto before = keys_of(was);
    const auto now = keys_of(is);
    const auto gone = missing_from(now, before);
    const auto added = missing_from(before, now);
    if (gone.size() == 1 && added.size() == 1 && was[gone.front()] == is[added.front()]) {
      say(field(at(gone.front())) + " is called '" + at(added.front()) + "' now");
    } else {
      for (const auto& name : gone)
        say(field(at(name)) + " is gone; it was " + schema_in_words(was[name]));
      for (const auto& name : added)
        say(field(at(name)) + " is new; it is " + schema_in_words(is[name]));
    }
    for (const auto& name : before)
      if (is.contains(name)) compare(at(name), was[name], is[name]);
    if (gone.empty() && added.empty() && before != now)
      say("the order of the fields" + (path.empty() ? "" : " of '" + path + "'") + " was " +
          joined(before) + ", is " + joined(now));
  }

  void compare_values(const std::string& path, const ordered_json& was, const ordered_json& is) {
    const auto before = was.get<std::vector<std::string>>();
    const auto now = is.get<std::vector<std::string>>();
    const auto gone = missing_from(now, before);
    const auto added = missing_from(before, now);
    for (const auto& name : gone) say(field(path) + " has no value '" + name + "' any more");
    for (const auto& name : added) say(field(path) + " has a new value '" + name + "'");
    if (gone.empty() && added.empty())
      say("the order of the values of " + field(path) + " was " + joined(before) + ", is " +
          joined(now));
  }

  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> schema_differences(const ordered_json& was, const ordered_json& is) {
  comparison both;
  both.compare("", was, is);
  return both.take();
}

std::string schema_in_words(const ordered_json& schema) {
  if (schema.is_string()) return schema.get<std::string>();
  const auto kind = kind_of(schema);
  if (kind.empty()) return schema.dump();
  if (kind == "enum") return "one of " + joined(inner(schema).get<std::vector<std::string>>());
  if (kind == "may_be_missing") return schema_in_words(inner(schema)) + " that may be missing";
  if (kind == "optional") return "optional " + schema_in_words(inner(schema));
  if (kind != "object") return kind + " of " + schema_in_words(inner(schema));
  return "an object of " + joined(keys_of(inner(schema)));
}

}  // namespace acta::internal
