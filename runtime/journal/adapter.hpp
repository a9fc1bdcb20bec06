// What every journal of this folder is: the ports that a node needs of one, in one object.
#pragma once

#include "actors/ports/catalog.hpp"
#include "actors/ports/journal.hpp"

namespace acta::internal {

/// The actors are given the ports one by one.
class journal_adapter : public journal, public catalog {};

}  // namespace acta::internal
