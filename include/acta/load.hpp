// Makes a load harness of a domain: acta::load_main<account>(argc, argv).
#pragma once

#include "runtime/load/load.hpp"
