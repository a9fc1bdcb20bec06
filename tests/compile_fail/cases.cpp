// The mistakes in a domain that the compiler names. `check` compiles each case twice: the first
// time the mistake is absent and SOUND(...) stands, the second time MISTAKE(...) stands instead.
//
// A case begins with a line `//// NAME: ...` and is the test compile_fail.NAME. Its `// expect:`
// line is in the first errors of the mistake. A `// names:` line says what the compiler names
// beside it, and then no other error may follow. The lines above the first case belong to every
// case.
#include "tests/compile_fail/parts.hpp"

//// aggregate_not_default_constructible: an aggregate cannot start empty.
// expect: acta: an aggregate is default-constructible
#define DOOR_MORE MISTAKE(explicit door(int){})
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// aggregate_type_with_slash: a type contains the sign that separates type and id.
// expect: acta: an aggregate's type is not empty and holds no '/'
#define DOOR_TYPE static constexpr std::string_view type = SOUND("test.door") MISTAKE("test/door");
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// aggregate_without_type: an aggregate has no name.
// expect: acta: an aggregate has `static constexpr std::string_view type`
// names: has_type<door>
#define DOOR_TYPE SOUND(static constexpr std::string_view type = "test.door";)
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// aggregate_without_state_version: nothing tells old snapshots of an aggregate from new ones.
// expect: acta: an aggregate has `static constexpr int state_version`
#define DOOR_STATE_VERSION SOUND(static constexpr int state_version = 1;)
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// aggregate_without_inspect: snapshots cannot store the state of an aggregate.
// expect: acta: an aggregate has no ACTA_FIELDS(aggregate, ...) next to it
#define DOOR_INSPECT SOUND(INSPECT(door))
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// aggregate_without_events: an aggregate has no list of events.
// expect: acta: an aggregate has `using events = acta::events<...>`
#define DOOR_EVENTS SOUND(using events = acta::events<acta::event<opened, "test.door.opened", 1>>;)
#define DOOR_DECIDE                                                                                \
  SOUND(acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; }) \
  MISTAKE(int decide(const open&, const acta::context&) const { return 0; })
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// events_not_in_a_list: an aggregate names an event instead of a list of events.
// expect: acta: an aggregate has `using events = acta::events<...>`
#define DOOR_EVENTS                                                               \
  SOUND(using events = acta::events<acta::event<opened, "test.door.opened", 1>>;) \
  MISTAKE(using events = acta::event<opened, "test.door.opened", 1>;)
#define DOOR_DECIDE                                                                                \
  SOUND(acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; }) \
  MISTAKE(int decide(const open&, const acta::context&) const { return 0; })
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// events_empty: a list of events is empty.
// expect: acta: an aggregate has at least one event
using events = acta::events<SOUND(acta::event<opened, "test.door.opened", 1>)>;
constexpr bool used = events::distinct();

//// events_of_bare_types: a list of events contains a payload instead of an acta::event.
// expect: acta: `events` lists acta::event<payload, name, version>
using listed = SOUND(acta::event<opened, "test.door.opened", 1>) MISTAKE(opened);
constexpr bool used = acta::events<listed>::distinct();

//// event_without_name: the journal has no name for an event.
// expect: acta: an event needs a name
using event = acta::event<opened, SOUND("test.door.opened") MISTAKE(""), 1>;
constexpr int used = event::schema_version;

//// event_version_zero: a schema version is below the first.
// expect: acta: an event's schema version starts at 1
using event = acta::event<opened, "test.door.opened", SOUND(1) MISTAKE(0)>;
constexpr int used = event::schema_version;

//// event_not_default_constructible: loading cannot make an event.
// expect: acta: an event is default-constructible
struct part {
  MISTAKE(explicit part(int){})
};
INSPECT(part)
const auto described = acta::describe<door_of<part>>();

//// event_without_inspect: the journal cannot store an event.
// expect: acta: an event has no ACTA_FIELDS(event, ...) next to it
struct part {};
SOUND(INSPECT(part))
const auto described = acta::describe<door_of<part>>();

//// two_events_of_one_name: the journal cannot tell two events apart.
// expect: acta: two events have the same name
#define DOOR_EVENTS                                            \
  using events =                                               \
      acta::events<acta::event<opened, "test.door.opened", 1>, \
                   acta::event<closed, SOUND("test.door.closed") MISTAKE("test.door.opened"), 1>>;
#define DOOR_APPLY \
  void apply(const auto&) {}
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// two_events_of_one_type: one type is two events.
// expect: acta: two events have the same type
#define DOOR_EVENTS                                                       \
  using events = acta::events<acta::event<opened, "test.door.opened", 1>, \
                              acta::event<SOUND(closed) MISTAKE(opened), "test.door.closed", 1>>;
#define DOOR_APPLY \
  void apply(const auto&) {}
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// aggregate_without_apply: an aggregate cannot apply an event.
// expect: acta: the aggregate has no `void apply(const event&)` for one of its events
// names: can_apply<door, opened>
#define DOOR_APPLY SOUND(void apply(const opened&){})
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// aggregate_without_apply_for_one: an aggregate applies one of its events and not the other.
// expect: acta: the aggregate has no `void apply(const event&)` for one of its events
// names: can_apply<door, closed>
#define DOOR_EVENTS                                                       \
  using events = acta::events<acta::event<opened, "test.door.opened", 1>, \
                              acta::event<closed, "test.door.closed", 1>>;
#define DOOR_APPLY             \
  void apply(const opened&) {} \
  SOUND(void apply(const closed&){})
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// aggregate_without_commands: an aggregate has no list of commands.
// expect: acta: an aggregate has `using commands = acta::commands<...>`
#define DOOR_COMMANDS SOUND(using commands = acta::commands<open>;)
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// commands_not_in_a_list: an aggregate names a command instead of a list of commands.
// expect: acta: an aggregate has `using commands = acta::commands<...>`
#define DOOR_COMMANDS using commands = SOUND(acta::commands<open>) MISTAKE(open);
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// commands_empty: a list of commands is empty.
// expect: acta: an aggregate has at least one command
using commands = acta::commands<SOUND(open)>;
constexpr bool used = commands::distinct();

//// command_not_default_constructible: loading cannot make a command.
// expect: acta: a command is default-constructible
struct part {
  MISTAKE(explicit part(int){})
};
INSPECT(part)
const auto described = acta::describe<door_of<opened, part>>();

//// command_without_inspect: nothing can read a command.
// expect: acta: a command has no ACTA_FIELDS(command, ...) next to it
struct part {};
SOUND(INSPECT(part))
const auto described = acta::describe<door_of<opened, part>>();

//// two_commands_of_one_name: two commands in two namespaces have one name.
// expect: acta: two commands have the same name
namespace garage {
struct open {
  SOUND(static constexpr std::string_view name = "open_garage";)
};
INSPECT(open)
}  // namespace garage
#define DOOR_COMMANDS using commands = acta::commands<open, garage::open>;
#define DOOR_DECIDE \
  acta::decision<door> decide(const auto&, const acta::context&) const { return opened{}; }
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// aggregate_without_decide: an aggregate cannot decide a command.
// expect: acta: the aggregate has no `acta::decision<A> decide(const command&
// names: can_decide<door, open>
#define DOOR_DECIDE \
  SOUND(acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; })
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// decide_not_const: decide() may change the state.
// expect: acta: the aggregate has no `acta::decision<A> decide(const command&
// names: can_decide<door, open>
#define DOOR_DECIDE \
  acta::decision<door> decide(const open&, const acta::context&) SOUND(const) { return opened{}; }
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// undeclared_event: decide() returns an event that the list of events does not contain.
// expect: acta: decide() returned an event that is not in the aggregate's `events`
#define DOOR_DECIDE                                                      \
  acta::decision<door> decide(const open&, const acta::context&) const { \
    return SOUND(opened{}) MISTAKE(closed{});                            \
  }
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// undeclared_event_among_others: decide() accepts with an event that the list does not contain.
// expect: acta: decide() returned an event that is not in the aggregate's `events`
#define DOOR_DECIDE                                                      \
  acta::decision<door> decide(const open&, const acta::context&) const { \
    return acta::accept(opened{}, SOUND(opened{}) MISTAKE(closed{}));    \
  }
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// undeclared_event_in_a_vector: decide() returns a vector of an event that the list does not
/// contain.
// expect: acta: decide() returned an event that is not in the aggregate's `events`
#define DOOR_DECIDE                                                      \
  acta::decision<door> decide(const open&, const acta::context&) const { \
    return std::vector<SOUND(opened) MISTAKE(closed)>{};                 \
  }
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// aggregate_without_view: an aggregate shows nothing.
// expect: acta: an aggregate has `view() const`, which returns what readers see
#define DOOR_VIEW SOUND(seen view() const { return {}; })
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// view_not_const: view() may change the state.
// expect: acta: an aggregate has `view() const`, which returns what readers see
#define DOOR_VIEW \
  seen view() SOUND(const) { return {}; }
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// view_not_default_constructible: nothing can make a view before it is filled.
// expect: acta: a view is default-constructible
struct part {
  MISTAKE(explicit part(int){})
};
INSPECT(part)
#define DOOR_VIEW \
  part view() const { return part{MISTAKE(1)}; }
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// view_without_inspect: nothing can show a view.
// expect: acta: a view has no ACTA_FIELDS(view, ...) next to it
struct part {};
SOUND(INSPECT(part))
const auto described = acta::describe<door_of<opened, open, part>>();

//// destructor_that_may_throw: nothing can guard against what a destructor throws.
// expect: acta: a destructor must not throw
struct part {
  MISTAKE(~part() noexcept(false){})
};
INSPECT(part)
const auto described = acta::describe<door_of<opened, part>>();

//// field_char: the sign of a plain char, and so the schema, differs between platforms.
// expect: acta: this type cannot be stored
using value = SOUND(std::int8_t) MISTAKE(char);
const auto described = acta::describe<door_of<event_with<value>>>();

//// field_const: loading cannot assign a const field.
// expect: acta: a field is not const
using value = SOUND(int) MISTAKE(const int);
const auto described = acta::describe<door_of<event_with<value>>>();

//// field_enum_without_inspect: the values of an enumeration have no names.
// expect: acta: this type cannot be stored
enum class color { red };
using value = SOUND(int) MISTAKE(color);
const auto described = acta::describe<door_of<event_with<value>>>();

//// field_float: double is the only number with a fraction, so that no digits change.
// expect: acta: this type cannot be stored
using value = SOUND(double) MISTAKE(float);
const auto described = acta::describe<door_of<event_with<value>>>();

//// field_map_without_text_keys: JSON cannot write the keys of a map.
// expect: acta: this type cannot be stored
using key = SOUND(std::string) MISTAKE(int);
const auto described = acta::describe<door_of<event_with<std::map<key, int>>>>();

//// field_optional_of_optional: null means both the outer and the inner optional.
// expect: acta: an optional of an optional cannot be stored
using value = SOUND(std::vector<std::optional<int>>) MISTAKE(std::optional<std::optional<int>>);
const auto described = acta::describe<door_of<event_with<value>>>();

//// field_pointer: an event does not contain what its pointer points to.
// expect: acta: this type cannot be stored
using value = SOUND(int) MISTAKE(int*);
const auto described = acta::describe<door_of<event_with<value>>>();

//// field_without_inspect: a field is a struct without inspect().
// expect: acta: this type cannot be stored
struct point {
  int x = 0;
};
using value = SOUND(int) MISTAKE(point);
const auto described = acta::describe<door_of<event_with<value>>>();

//// field_with_wrong_fallback: a field cannot take its fallback.
// expect: acta: a field's fallback is of a type that the field can take
struct event {
  int value = 0;
};
template <class Inspector>
bool inspect(Inspector& f, event& e) {
  return f.object(e).fields(f.field("value", e.value).fallback(SOUND(0) MISTAKE("none")));
}
const auto described = acta::describe<door_of<event>>();

//// gap_in_upcasters: the third version of an event has no upcast from the first.
// expect: acta: an event of schema version N needs a chain of N-1 upcasts from version 1
using upcasters = acta::upcasters<SOUND(acta::upcast<opened_v1, opened_v2, v1_to_v2>, )
                                      acta::upcast<opened_v2, opened, v2_to_opened>>;
const auto described = acta::describe<door_of<opened, open, seen, 3, upcasters>>();

//// added_without_a_version: a field was added, and the event is in its first version all the same.
// expect: acta: each acta::added is a version of its own, after version 1
using event = acta::event<opened, "test.door.opened", SOUND(2) MISTAKE(1), acta::added<"by">>;
constexpr int version = event::schema_version;

//// added_something_else: what follows the version is no list of fields.
// expect: acta: after its version an event lists acta::added<field, ...>
using event = acta::event<opened, "test.door.opened", 2, SOUND(acta::added<"by">) MISTAKE(seen)>;
constexpr int version = event::schema_version;

//// upcast_to_no_event: an upcast leads to a type that is not an event.
// expect: acta: an upcast does not lead to any of the aggregate's events
using upcasters = acta::upcasters<MISTAKE(acta::upcast<opened_v1, opened_v2, v1_to_v2>)>;
const auto described = acta::describe<door_of<opened, open, seen, 1, upcasters>>();

//// upcast_with_wrong_function: the function of an upcast takes the newer event.
// expect: acta: an upcast's function takes the older event and returns the newer one
using upcast = acta::upcast<opened_v1, opened, SOUND(v1_to_opened) MISTAKE(opened_to_v1)>;
const auto described = acta::describe<door_of<opened, open, seen, 2, acta::upcasters<upcast>>>();

//// upcasts_in_a_circle: upcasts never end.
// expect: acta: the upcasts lead in a circle
using upcasters = acta::upcasters<MISTAKE(acta::upcast<opened, opened_v1, opened_to_v1>, )
                                      acta::upcast<opened_v1, opened, v1_to_opened>>;
const auto described = acta::describe<door_of<opened, open, seen, 2, upcasters>>();

//// older_event_not_default_constructible: loading cannot make an older event.
// expect: acta: an older event is default-constructible
struct older {
  MISTAKE(explicit older(int){})
};
INSPECT(older)
inline opened lift(const older&) { return {}; }
using upcasters = acta::upcasters<acta::upcast<older, opened, lift>>;
const auto described = acta::describe<door_of<opened, open, seen, 2, upcasters>>();

//// older_event_without_inspect: nothing can read an older event any more.
// expect: acta: an older event still needs its inspect()
struct older {};
SOUND(INSPECT(older))
inline opened lift(const older&) { return {}; }
using upcasters = acta::upcasters<acta::upcast<older, opened, lift>>;
const auto described = acta::describe<door_of<opened, open, seen, 2, upcasters>>();

//// retired_and_published: an event is retired and still happens.
// expect: acta: an event is retired, and in the aggregate's `events` too
#define DOOR_MORE \
  using retired = acta::retired<SOUND("test.door.closed") MISTAKE("test.door.opened")>;
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// retired_not_in_a_list: an aggregate names a type instead of a list of retired names.
// expect: acta: an aggregate has `using retired = acta::retired<...>`, names of events
#define DOOR_MORE using retired = SOUND(acta::retired<"test.door.closed">) MISTAKE(opened);
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// retired_without_name: no event in a journal has an empty name.
// expect: acta: a retired event has a name
#define DOOR_MORE using retired = acta::retired<SOUND("test.door.closed") MISTAKE("")>;
#include "tests/compile_fail/door.hpp"
const auto described = acta::describe<door>();

//// given_a_foreign_event: a test gives an aggregate an event of another aggregate.
// expect: acta: given() takes events of the aggregate
#include "actors/model/given.hpp"
#define DOOR_APPLY \
  void apply(const auto&) {}
#include "tests/compile_fail/door.hpp"
const auto history = acta::given<door>(SOUND(opened{}) MISTAKE(closed{}));

//// send_of_a_foreign_command: a caller sends a command that the aggregate does not have.
// expect: acta: this is not one of the aggregate's commands
#include "runtime/node.hpp"
using sent = SOUND(open) MISTAKE(seen);
void use(const acta::aggregates<door_of<opened>>& doors) {
  std::ignore = doors.send("4711", sent{}, {}, [](acta::result<acta::receipt>) {});
}

//// view_move_that_may_throw: nobody could tell a reader what the move of its view throws.
// expect: acta: a view's move constructor is noexcept
struct part {
  part() = default;
  part(part&&) noexcept(SOUND(true) MISTAKE(false)) {}
};
INSPECT(part)
const auto described = acta::describe<door_of<opened, open, part>>();

//// destructor_of_an_element: a list hides from the compiler what the destructor of an element
/// throws.
// expect: acta: a destructor must not throw
struct element {
  ~element() noexcept(SOUND(true) MISTAKE(false)) {}
};
INSPECT(element)
struct part {
  std::vector<element> all;
};
template <class Inspector>
bool inspect(Inspector& f, part& p) {
  return f.object(p).fields(f.field("all", p.all));
}
const auto described = acta::describe<door_of<opened, part>>();

//// fields_left_out: a list of fields does not name all members of a struct.
// expect: acta: ACTA_FIELDS leaves out a field of part
#include "actors/model/fields.hpp"
struct part {
  int x = 0;
  MISTAKE(std::optional<int> y;)
};
ACTA_FIELDS(part, x)

//// fields_named_twice: a list of fields names a member twice, and so perhaps another one never.
// expect: acta: ACTA_FIELDS names a field twice, of part
#include "actors/model/fields.hpp"
struct part {
  int x = 0;
  int y = 0;
};
ACTA_FIELDS(part, x, SOUND(y) MISTAKE(x))

//// fields_misspelt: a list of fields names what is no member.
// expect: 'yy' is not a member of 'part'
#include "actors/model/fields.hpp"
struct part {
  int x = 0;
  int y = 0;
};
ACTA_FIELDS(part, x, SOUND(y) MISTAKE(yy))

//// fields_too_many: a list of fields is longer than the macro can read.
// expect: ACTA_FIELDS_TAKES_64_AT_MOST
#include "actors/model/fields.hpp"
struct part {
  bool a00, a01, a02, a03, a04, a05, a06, a07, a08;
  MISTAKE(bool b00, b01, b02, b03, b04, b05, b06, b07, b08, b09, b10, b11, b12, b13, b14, b15, b16,
          b17, b18, b19, b20, b21, b22, b23, b24, b25, b26, b27, b28, b29, b30, b31, b32, b33, b34,
          b35, b36, b37, b38, b39, b40, b41, b42, b43, b44, b45, b46, b47, b48, b49, b50, b51, b52,
          b53, b54, b55, b56, b57, b58, b59, b60, b61, b62, b63, b64, b65, b66, b67, b68, b69, b70,
          b71, b72, b73, b74, b75, b76, b77, b78, b79, b80;)
};
ACTA_FIELDS(part, a00, a01, a02, a03, a04, a05, a06, a07,
            a08 MISTAKE(, b00, b01, b02, b03, b04, b05, b06, b07, b08, b09, b10, b11, b12, b13, b14,
                        b15, b16, b17, b18, b19, b20, b21, b22, b23, b24, b25, b26, b27, b28, b29,
                        b30, b31, b32, b33, b34, b35, b36, b37, b38, b39, b40, b41, b42, b43, b44,
                        b45, b46, b47, b48, b49, b50, b51, b52, b53, b54, b55, b56, b57, b58, b59,
                        b60, b61, b62, b63, b64, b65, b66, b67, b68, b69, b70, b71, b72, b73, b74,
                        b75, b76, b77, b78, b79, b80))
