#include "runtime/load/node_target.hpp"

#include <future>
#include <utility>

#include "runtime/codec/json.hpp"
#include "runtime/delivery/event_json.hpp"

namespace acta::internal::load {

namespace {

outcome failed(const error& why) {
  outcome answer;
  answer.code = to_string(why.code);
  answer.effect = effect_of(why) == effect::none ? said::no : said::unknown;
  answer.may_retry = may_retry(why.code);
  return answer;
}

/// Waits for what `start` calls back with; `start` says at once if it will not.
template <class T, class Start>
result<T> wait_for(Start start) {
  std::promise<result<T>> promise;
  auto later = promise.get_future();
  const result<void> started =
      start([&promise](result<T> answer) { promise.set_value(std::move(answer)); });
  if (!started) return started.error();
  return later.get();
}

}  // namespace

result<void> node_target::check(const aggregate_type& type, std::size_t command,
                                const nlohmann::json& arguments, const std::string& place) {
  const auto value = command_from_json(type.commands[command], arguments);
  if (value) return {};
  auto why = value.error();
  why.field = place + ".payload" + (why.field.empty() ? "" : "." + why.field);
  return why;
}

void node_target::begin(operation what, std::function<void(outcome)> done) {
  if (what.command.empty()) {
    const auto sent = node_.query(type_, what.id, {}, [done](const result<any_view>& seen) {
      if (!seen) return done(failed(seen.error()));
      done({"ok", said::no, seen->version.value, 0});
    });
    if (!sent) done(failed(sent.error()));
    return;
  }
  const auto index = type_.find_command(what.command);
  if (!index) return done(failed({errc::unknown_command, what.command}));
  auto command = command_from_json(type_.commands[*index], what.arguments);
  if (!command) return done(failed(command.error()));
  call_options how;
  how.command_id = std::move(what.command_id);
  const auto sent = node_.execute(
      type_, what.id, *index, *std::move(command), std::move(how),
      [done](const result<receipt>& answer) {
        if (!answer) return done(failed(answer.error()));
        done({"ok", said::done, answer->version.value, static_cast<std::uint32_t>(answer->events)});
      });
  if (!sent) done(failed(sent.error()));
}

result<std::vector<stored_event>> node_target::events(const std::string& id, std::uint64_t from,
                                                      std::size_t most) {
  const auto page = wait_for<std::vector<recorded_event>>(
      [&](auto done) { return node_.events(type_, id, version{from}, most, std::move(done)); });
  std::vector<stored_event> stored;
  if (!page && page.error().code == errc::not_found) return stored;
  if (!page) return page.error();
  for (const auto& one : *page) {
    const auto shown = event_json(type_, one);
    if (!shown) return shown.error();
    auto event = stored_event_of(*shown);
    if (!event) return event.error();
    stored.push_back(*std::move(event));
  }
  return stored;
}

result<stored_view> node_target::view(const std::string& id) {
  const auto read =
      wait_for<any_view>([&](auto done) { return node_.query(type_, id, {}, std::move(done)); });
  if (!read && read.error().code == errc::not_found) return stored_view{};
  if (!read) return read.error();
  auto shown = to_json([&](visitor& v) { return read->view->visit(v); });
  if (!shown) return shown.error();
  return stored_view{read->version.value, *std::move(shown)};
}

}  // namespace acta::internal::load
