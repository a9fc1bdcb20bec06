// Every account's balance, from the log alone.
#pragma once

#include <filesystem>

namespace bank {

/// Prints accounts in the order of their number; returns an exit code. Throws acta::command_error.
int print_balances(const std::filesystem::path& data, bool as_csv);

}  // namespace bank
