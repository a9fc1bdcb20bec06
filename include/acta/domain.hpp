// What a domain is written with: events and their upcasters, commands, decisions, fields. The
// standard library and nothing else of acta's: no actor, no journal, no clock.
//
//   class account {
//     static constexpr std::string_view type = "bank.account";
//     static constexpr int state_version = 1;
//     using events = acta::events<acta::event<opened, "bank.account.opened", 1>, ...>;
//     using commands = acta::commands<open, deposit, withdraw>;
//     acta::decision<account> decide(const withdraw&, const acta::context&) const;
//     void apply(const withdrawn&);
//     account_view view() const;
//   };
//
// apps/bank/domain/account.hpp is a whole one.
#pragma once

#include "actors/model/context.hpp"
#include "actors/model/contract.hpp"
#include "actors/model/decision.hpp"
#include "actors/model/describe.hpp"
#include "actors/model/fields.hpp"
#include "actors/model/inspect.hpp"
