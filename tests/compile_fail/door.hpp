// The sound aggregate `door`. A case defines one of the macros here, such as DOOR_TYPE, and then
// includes this file: the macro replaces that part of the door.

class door {
public:
#ifdef DOOR_TYPE
  DOOR_TYPE
#else
  static constexpr std::string_view type = "test.door";
#endif

#ifdef DOOR_STATE_VERSION
  DOOR_STATE_VERSION
#else
  static constexpr int state_version = 1;
#endif

#ifdef DOOR_EVENTS
  DOOR_EVENTS
#else
  using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
#endif

#ifdef DOOR_COMMANDS
  DOOR_COMMANDS
#else
  using commands = acta::commands<open>;
#endif

#ifdef DOOR_DECIDE
  DOOR_DECIDE
#else
  acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; }
#endif

#ifdef DOOR_APPLY
  DOOR_APPLY
#else
  void apply(const opened&) {}
#endif

#ifdef DOOR_VIEW
  DOOR_VIEW
#else
  seen view() const { return {}; }
#endif

#ifdef DOOR_MORE
  DOOR_MORE
#endif
};

#ifdef DOOR_INSPECT
DOOR_INSPECT
#else
INSPECT(door)
#endif
