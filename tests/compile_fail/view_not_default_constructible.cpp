// A view that could not be made before it is filled.
// expect: acta: a view is default-constructible
#include "tests/compile_fail/parts.hpp"

struct part {
#ifdef MISTAKE
  explicit part(int) {}
#endif
};
template <class Inspector>
bool inspect(Inspector& f, part& p) {
  return f.object(p).fields();
}

struct door : door_of<opened> {
  using upcasters = acta::upcasters<>;
  acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; }
#ifdef MISTAKE
  part view() const { return part{1}; }
#else
  part view() const { return part{}; }
#endif
};
template <class Inspector>
bool inspect(Inspector& f, door& a) {
  return f.object(a).fields();
}

const auto described = acta::describe<door>();
