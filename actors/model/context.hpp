// What a decision may know besides the state and the command.
#pragma once

#include <string_view>

#include "actors/model/identifiers.hpp"

namespace acta {

/// The circumstances of one command. The views live as long as the call to decide().
struct context {
  timestamp time{};             ///< When the command is decided; the only clock a domain has.
  std::string_view id;          ///< The aggregate's id within its type.
  acta::version version{};      ///< The aggregate's version before the command.
  std::string_view command_id;  ///< The id under which a repeat of this command is recognised.
  std::string_view principal;   ///< Who asks; empty when nobody said.
};

}  // namespace acta
