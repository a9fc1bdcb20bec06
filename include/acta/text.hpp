// Text as it may travel or be printed: UTF-8, RFC 3339, durations, what a terminal may show.
#pragma once

#include "runtime/codec/printable.hpp"
#include "runtime/codec/text.hpp"
