// Runs a domain in your own process: acta::node, and every limit that it has. START HERE.
#pragma once

#include "runtime/node.hpp"
#include "runtime/options.hpp"
