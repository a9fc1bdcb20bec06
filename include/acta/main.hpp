// Makes a service of a domain: acta::main<account>(argc, argv), or acta::application for a command
// line with commands of your own.
#pragma once

#include "runtime/cli/application.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/main.hpp"
